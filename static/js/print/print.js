// A page for paper, or for the wall: its button prints it.

import { part } from "../lib/dom.js";

part("print").addEventListener("click", () => window.print());
