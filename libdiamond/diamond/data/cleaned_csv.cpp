#include <diamond/core/error.h>
#include <diamond/core/file.h>
#include <diamond/data/cleaned_csv.h>
#include <diamond/data/csv_stream.h>

#include <utility>

namespace diamond {
namespace {

struct Part {
  Table table;
  std::size_t rows = 0;
  std::vector<Rejection> rejected;
};

}  // namespace

CleanedFile read_cleaned(const std::filesystem::path& file, std::string_view shown_as,
                         const std::function<void(const Table&)>& give) {
  CsvStream stream(open_to_read(file), shown_as.empty() ? file.string() : std::string(shown_as),
                   CsvContent::price_list);
  CleanedFile read;
  read_pieces(
      stream,
      [](std::string_view /*text*/, ParsedChunk& parsed) {
        Part part{std::move(parsed.table), 0, {}};
        part.rows = part.table.rows();
        part.rejected = clean(part.table);
        return part;
      },
      [&](const Part& part, std::size_t /*line*/) {
        read.rows += part.rows;
        add_rejections(read.rejected, part.rejected);
        give(part.table);
      });
  if (read.rows == 0)
    throw DataError(stream.place_of(1), "the file has a header and no stones",
                    "add a line for each stone");
  read.ignored_columns = stream.layout().ignored();
  return read;
}

}  // namespace diamond
