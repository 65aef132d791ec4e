"""
What belongs to an instructor's account and outlasts its games.

room_addresses  the permanent address of an instructor's room, and the games that it leads to
own_games       games that an instructor declared in a file
sign_on         the account of a person whom an institution signs on
personal_data   what is stored of an account or of a player's browser: shown, and deleted
own_presets     options of a new game that an instructor has saved under a name
"""
