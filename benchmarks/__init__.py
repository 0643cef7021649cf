"""What `make bench` measures; one module a topic, each with a function `measure`."""
