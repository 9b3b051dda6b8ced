"""What a picture file is, what it tells besides the picture, and in which sizes it is shown. Pure: bytes in, bytes out."""
