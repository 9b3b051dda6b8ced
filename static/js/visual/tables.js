// Tables as Markdown has them: the first row is the header, each column has one alignment.

import { pm } from "../../django_prose_editor/editor.js";
import { schema } from "./schema.js";

const { nodes } = schema;

function regular(table, pos, tr) {
  const sides = [];
  table.forEach((row, rowOffset, rowIndex) => {
    row.forEach((cell, offset, column) => {
      if (!rowIndex) sides.push(cell.attrs.align);
      const type = rowIndex ? nodes.table_cell : nodes.table_header;
      const align = sides[column] ?? null;
      if (cell.type !== type || cell.attrs.align !== align) tr.setNodeMarkup(tr.mapping.map(pos + 2 + rowOffset + offset), type, { ...cell.attrs, align });
    });
  });
}

export const tablePlugins = [
  new pm.state.Plugin({
    appendTransaction(transactions, before, { doc, tr }) {
      if (!transactions.some((each) => each.docChanged)) return null;
      doc.descendants((node, pos) => {
        if (node.type === nodes.table && !before.doc.eq(doc)) regular(node, pos, tr);
        return !node.isTextblock;
      });
      return tr.docChanged ? tr : null;
    },
  }),
  pm.tables.tableEditing(),
];

export const tableTools = ["addRowAfter", "addColumnAfter", "deleteRow", "deleteColumn", "deleteTable"].map((name) => ({ name, run: pm.tables[name] }));
