"""Key rings: where private keys live and signatures are made."""
