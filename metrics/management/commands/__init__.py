"""
api_token           make, list and end tokens of the operators' API
archive_games       take finished games out of the lists
backup              write everything that counts into one file
cache               statistics of the cache, clearing and warming
capacity_review     write the capacity review
doctor              what is wrong and what to do
export_game         write the exports of a game into files
import_rounds       make a game from a CSV of rounds
maintain            run the nightly maintenance now
openapi             write or check docs/protocol/openapi.json
optimize            run an optimiser now
performance_report  write the performance report
prune               archive and delete by retention
reset_game          take games back to their lobby with a new run
restore             read a backup into the database
"""
