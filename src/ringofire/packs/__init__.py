"""Rules as data: packs, the vocabulary they are written in, and the words their events are told in.

Knows cards. Knows nothing of people, and nothing of what an effect does to a round.
"""
