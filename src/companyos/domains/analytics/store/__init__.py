"""From the stream to rows: each event once."""
