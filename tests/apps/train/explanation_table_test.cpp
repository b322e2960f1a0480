#include "explanation_table.h"

#include "catch.h"
#include "support/messages.h"
#include "support/stones.h"

#include <sstream>

using namespace diamond;
using namespace diamond::testing;
using namespace diamond::train;

TEST_CASE("the greatest effect comes first and has the longest bar") {
  Appraisal appraisal;
  appraisal.price = 1300;
  appraisal.interval = {{1200, 1400.5}};
  appraisal.warnings = {{Field::x, "x is odd"}};
  const Explanation explanation{1000, {100, -200, 0, 400, 0, 0, 0, 0, 0}, {}};
  std::ostringstream out;
  print_explanation(out, stone({.carat = 0.5}).stone, appraisal, explanation, "the-id");
  CHECK(out.str() ==
        "price     1300.00 USD\n"
        "interval  1200.00 to 1400.50 USD (90 % of such stones)\n"
        "model     the-id\n"
        "warning   x is odd\n"
        "\n"
        "            VALUE      USD\n"
        "base value         1000.00\n"
        "clarity     VS2    +400.00  ++++++++++++++++++++++++++++++\n"
        "cut         Ideal  -200.00  ---------------\n"
        "carat       0.5    +100.00  ++++++++\n"
        "color       G        +0.00\n"
        "depth       61.5     +0.00\n"
        "table       55       +0.00\n"
        "x           5.1      +0.00\n"
        "y           5.12     +0.00\n"
        "z           3.14     +0.00\n"
        "price              1300.00\n");
}
