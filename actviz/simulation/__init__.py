"""A spec becomes a Record, and keys become random generators.

Others are made in training, and where `actviz.testing` tests a law; no further room makes one.
"""
