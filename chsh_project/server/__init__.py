"""
The web server around the application: uvicorn's protocols, with limits of what a connection may cost.

wire         sockets, with a fast path for short frames and a limit on frames
requests     connections that ask for pages: time for a head, and room for newcomers
bodies       size and time of a request's body, before Django reads it
drain        SIGTERM: sockets go to other processes one after the other
descriptors  the process's limit of open files, and how many connections it allows
"""
