"""
Who is connected to this process, and how a message reaches the sockets here and in the other processes.

hub        deliver broadcasts to the sockets here, and pass them on
broadcast  one thing to tell, and what a hub needs of a socket
registry   the sockets of this process
bus        numbered messages between the hubs of all processes
scores     spread the scores of all teams over a second
deltas     merge the changes of a dashboard, and send them a few times a second
shown      what the pages of a game show, told to the workers
"""
