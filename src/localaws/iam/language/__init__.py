"""The policy language by itself: documents, conditions, opinions, decisions. Knows no server and no moto."""
