"""
Hosts on one machine: a network namespace each, joined by a bridge.  For root on Linux.

    namespaces  hosts with an address each, that can be cut off
    fleet       the product spread over hosts: a database, a worker, web processes, nginx before them
    drill       players, while web hosts are restarted and cut off
"""
