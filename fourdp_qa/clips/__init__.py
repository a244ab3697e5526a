"""Question clips: resize, draw circles, encode, decode. The only code that touches their pixels."""
