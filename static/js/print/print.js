// A page for paper: its button prints it.

import { part } from "../lib/dom.js";

part("print").addEventListener("click", () => window.print());
