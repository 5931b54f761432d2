"""Chat: `https:` posts to a room's webhook; `file:`, beside the letters, keeps posts to be read."""
