"""The offline assistant: a bundle understands what is said, handlers do it."""
