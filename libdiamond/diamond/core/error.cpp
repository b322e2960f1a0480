#include <diamond/core/error.h>

#include <system_error>

namespace diamond {
namespace {

std::string sentence(std::string_view place, std::string_view what, std::string_view remedy) {
  std::string text;
  if (!place.empty()) text.append(place).append(": ");
  text.append(what);
  if (!remedy.empty()) text.append("; ").append(remedy);
  return text;
}

}  // namespace

Error::Error(std::string_view place, std::string_view what, std::string_view remedy)
    : std::runtime_error(sentence(place, what, remedy)) {}

std::string system_message(int code) {
  return std::generic_category().message(code);
}

}  // namespace diamond
