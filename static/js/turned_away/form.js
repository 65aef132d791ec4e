// A form that was refused for want of a cookie: where only https has it, the page says so.

import { isShadowed } from "../lib/cookies.js";
import { part, setShown } from "../lib/dom.js";

const { cookie } = part("refused").dataset;
const isSecure = isShadowed(cookie);
setShown(part("refused"), !isSecure);
setShown(part("use-https"), isSecure);
