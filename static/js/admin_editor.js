// The editor of the site at the text of a page in Wagtail's admin.

import { enhance } from "./editor.js";

document.querySelectorAll(".commonplace-editor [data-editor] textarea").forEach(enhance);
