// The public site needs no script; where a page has tables or code, this one spares keyboards the boxes that do not scroll.

import { enhance } from "./boxes.js";

document.querySelectorAll(".table-scroll, pre").forEach(enhance);
