#include "model_table.h"

#include "terminal_table.h"

namespace diamond::train {

void print_models(std::ostream& out, const std::vector<Manifest>& models,
                  const std::string& champion_id) {
  std::vector<Column> columns = {{"", Align::left, 0},
                                 {"ID", Align::left, 0},
                                 {"NAME", Align::left, 4},
                                 {"DATA", Align::left, 5},
                                 {"ROWS", Align::right, 6}};
  for (const Metric metric : all_metrics) {
    std::string title(info(metric).name);
    for (char& letter : title)
      letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
    columns.push_back({title, Align::right, metric == Metric::mae ? 0 : 2});
  }
  TerminalTable table(columns);
  std::vector<std::size_t> champions;
  for (std::size_t i = 0; i < models.size(); ++i) {
    const Manifest& model = models[i];
    if (model.id == champion_id) champions.push_back(i);
    std::vector<std::string> cells = {model.id == champion_id ? "*" : "", model.id, model.name,
                                      model.dataset.path, std::to_string(model.dataset.rows_kept)};
    for (const Metric metric : all_metrics)
      cells.push_back(
          model.metrics.contains(metric) ? shown_metric(metric, model.metrics.at(metric)) : "-");
    table.add(std::move(cells));
  }
  table.print(out, Terminal::of_stdout(), champions);
}

}  // namespace diamond::train
