#include "commands.h"
#include "quantities.h"

#include <diamond/core/error.h>
#include <diamond/registry/verification.h>

#include <iostream>

namespace diamond::train {
namespace {

void print_json(const Verification& found) {
  const Json json = {{"models", found.models},
                     {"datasets", found.datasets},
                     {"bytes", found.bytes},
                     {"damage", found.damage},
                     {"remarks", found.remarks}};
  std::cout << json.dump(1) << '\n';
}

std::string summary_of(const Verification& found) {
  return counted(found.models, "model") + ", " + counted(found.datasets, "data set") + ", " +
         shown_bytes(found.bytes);
}

class VerifyCommand final : public Command {
 public:
  [[nodiscard]] std::string name() const override { return "verify"; }
  [[nodiscard]] std::string summary() const override {
    return "read all of the history, and tell what is not as it was written";
  }

  void run(const Context& context) const override {
    const Options& options = context.options;
    const ModelRegistry registry(models_directory(options));
    const Verification found = verify(registry);
    for (const std::string& remark : found.remarks) context.log.warning(remark);
    if (options.output == Output::json)
      print_json(found);
    else
      for (const std::string& damage : found.damage) std::cout << damage << '\n';
    if (!found.damage.empty())
      throw DataError(registry.directory().string(),
                      summary_of(found) + ": " + counted(found.damage.size(), "problem"),
                      "each is told with its way out");
    if (options.output == Output::text && !options.quiet)
      std::cout << summary_of(found) << ": all as they were written\n";
  }
};

}  // namespace

std::unique_ptr<Command> verify_command() {
  return std::make_unique<VerifyCommand>();
}

}  // namespace diamond::train
