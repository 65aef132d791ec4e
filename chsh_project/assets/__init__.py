"""
Scripts, styles and pictures on their way to a page.

bundles   one script and one stylesheet for a page, from the modules and parts that they import
storage   collected files with hashed names, bundles in the places of scripts and stylesheets
modules   the template tag of scripts
pictures  the pictures of themes, and their template tag
"""
