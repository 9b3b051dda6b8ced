// Suggestions while one types into a search box: titles, people and spaces; a chosen one opens at once.

import { Choices, combobox } from "./choices.js";
import { remember } from "./pages_read.js";

remember(location.pathname);

export function enhance(field) {
  const choices = new Choices(field, `${field.dataset.suggest}?`, (hit) => location.assign(hit.url));
  combobox(field, choices);
  choices.listen(() => {
    const query = field.value.trim();
    return query.length > 1 ? { query, fits: () => true } : null;
  }, false);
}
