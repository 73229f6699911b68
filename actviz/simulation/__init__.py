"""A spec becomes a Record. With training the only room that makes random generators."""
