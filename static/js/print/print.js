// A page for paper, or for the wall: its button prints it.

import { enable, part } from "../lib/dom.js";

enable(part("print"), () => window.print());
