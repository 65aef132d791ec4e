"""
The images, built and run on this machine without an engine or a registry: `make image`, `make compose-smoke`.

    engine      buildah and podman with folders of their own, and why they cannot run here
    bases       the images that docker-compose.yml and the Dockerfile name, made from Debian and wheels
    compose     docker-compose.yml as commands of podman
    smoke       start everything, play, back up, restore, stop
"""
