#include "manual.h"

#include <diamond/core/version.h>

#include <iostream>

namespace diamond::manual {

int write_manual(int argc, const char* const* argv, const CLI::App& app,
                 std::string_view see_also) {
  const std::string_view what = argc == 2 ? argv[1] : "";
  if (what == "man") {
    std::cout << man_page(app, version(), see_also);
  } else if (what == "bash") {
    std::cout << bash_completion(app);
  } else if (what == "zsh") {
    std::cout << zsh_completion(app);
  } else if (what == "markdown") {
    std::cout << markdown_page(app);
  } else {
    std::cerr << "say man, bash, zsh or markdown\n";
    return 2;
  }
  return std::cout.flush() ? 0 : 1;
}

}  // namespace diamond::manual
