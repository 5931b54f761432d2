"""The kernel: the few ideas that every spine and domain shares. It knows no business and no driver."""
