"""What a picture is drawn on: sizes, themes, fonts, boxes, text."""
