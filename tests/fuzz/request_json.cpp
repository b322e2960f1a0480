// Any text as the body of a request for a price: what the quick reader takes, the thorough one
// takes for the same stone; the thorough one refuses with a problem and with nothing else.
#include "api/field_reader.h"
#include "api/request_body.h"
#include "api/stone_reader.h"
#include "http/problem.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>

using namespace diamond;
using namespace diamond::serve;

namespace {

std::optional<Diamond> read_thoroughly(const std::string& text) {
  Request request;
  request.body = text;
  try {
    const JsonBody body = read_json_body(request);
    FieldReader fields(body);
    Diamond stone;
    stone.cut = fields.grade<Cut>();
    stone.color = fields.grade<Color>();
    stone.clarity = fields.grade<Clarity>();
    for (const Quantity quantity : stone_quantities)
      value_of(stone, quantity) = fields.quantity(quantity);
    fields.finish();
    (void)fields.unknown_fields();
    return stone;
  } catch (const ProblemError& error) {
    (void)to_answer(error.problem(), request);
    return std::nullopt;
  }
}

bool are_same(Diamond a, Diamond b) {
  bool same = a.cut == b.cut && a.color == b.color && a.clarity == b.clarity;
  for (const Quantity quantity : stone_quantities)
    same = same && value_of(a, quantity) == value_of(b, quantity);
  return same;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const std::optional<Diamond> quick = read_stone(text);
  const std::optional<Diamond> thorough = read_thoroughly(text);
  if (quick && (!thorough || !are_same(*quick, *thorough))) std::abort();
  return 0;
}
