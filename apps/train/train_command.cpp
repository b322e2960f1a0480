#include "commands.h"
#include "interrupt.h"
#include "model_table.h"
#include "study_progress.h"

#include <diamond/pipeline/training_config.h>
#include <diamond/pipeline/training_pipeline.h>
#include <diamond/registry/model_registry.h>

#include <unistd.h>

#include <iostream>

namespace diamond::train {
namespace {

void print_json(const std::vector<Manifest>& models) {
  Json array = Json::array();
  for (const Manifest& model : models) array.push_back(to_json(model));
  std::cout << array.dump(1) << '\n';
}

void print_text(const TrainingResult& result, const ModelRegistry& registry) {
  const std::optional<Champion> champion = registry.champion();
  if (result.trained.empty())
    std::cout << "nothing new to train on: every model is in the history already (--force trains "
                 "again)\n";
  else
    print_models(std::cout, result.trained, champion ? champion->id : "");
  if (champion)
    std::cout << (result.election.promoted ? "new champion: " : "champion stays: ") << champion->id
              << " (" << result.election.reason << ")\n";
}

/// The line is for a person who waits: at a terminal, with a log that is text.
StudyProgressPrinter::Style progress_style(const Options& options) {
  const bool at_terminal = ::isatty(STDERR_FILENO) == 1;
  return at_terminal && !options.quiet && options.log_format == LogFormat::text
             ? StudyProgressPrinter::Style::line
             : StudyProgressPrinter::Style::log;
}

}  // namespace

void train_command(const Options& options, const EstimatorCatalog& catalog, Log& log) {
  const Interrupt interrupt(log);  // before a library makes threads of its own
  Configuration configuration = read_configuration(options);
  for (const std::string& note : configuration.notes) log.warning(note);
  put_into_tuning(options, catalog, configuration);
  const TrainingConfig config =
      parse_training_config(configuration.document, catalog, configuration.place);
  if (config.log_file) log.also_write_to(*config.log_file);
  log.info("training begins",
           {{"configuration", configuration.place}, {"models_dir", config.models_path.string()}});
  StudyProgressPrinter printer(progress_style(options), std::cerr, log);
  TrainingWatch watch;
  watch.stop = interrupt.token();
  watch.on_trial = [&](const std::string& model, const StudyProgress& progress) {
    printer.tell(model, progress);
  };
  const TrainingResult result =
      run_training(config, catalog, options.force ? Repeat::train_again : Repeat::skip, log, watch);
  if (options.output == Output::json)
    print_json(result.trained);
  else if (!options.quiet)
    print_text(result, ModelRegistry(config.models_path));
}

}  // namespace diamond::train
