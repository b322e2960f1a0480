#include <diamond/models/row_pieces.h>

#include <algorithm>

namespace diamond {

RowPieces pieces_of(const TableView& view, std::size_t rows_of_piece) {
  return {(view.size() + rows_of_piece - 1) / rows_of_piece,
          [&view, rows_of_piece](std::size_t piece, const auto& use) {
            const std::size_t first = piece * rows_of_piece;
            const std::size_t size = std::min(rows_of_piece, view.size() - first);
            use({view.table, view.rows.subspan(first, size)});
          }};
}

RowPieces pieces_of(const RowShare& share, RowShare::Rows rows) {
  return {share.batches(rows), [&share](std::size_t piece, const auto& use) {
            const Table table = share.batch(piece);
            use({table, all_rows(table)});
          }};
}

}  // namespace diamond
