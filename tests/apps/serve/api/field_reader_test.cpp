#include "api/field_reader.h"

#include "catch.h"
#include "support/messages.h"
#include "support/requests.h"

#include <cmath>
#include <limits>

using namespace diamond;
using namespace diamond::serve;
using namespace diamond::testing;

namespace {

/// A reader of a body of its own.
struct Reading {
  explicit Reading(const char* text, std::vector<std::string> repeated = {})
      : body{Json::parse(text), std::move(repeated)} {}
  explicit Reading(Json object) : body{std::move(object), {}} {}

  JsonBody body;
  FieldReader fields{body};

  [[nodiscard]] std::vector<FieldError> faults() const {
    const Problem problem = problem_of([&] { fields.finish(); });
    CHECK(problem.status == 422);
    CHECK(problem.code == "invalid-fields");
    return problem.errors;
  }

  [[nodiscard]] FieldError fault() const {
    const std::vector<FieldError> all = faults();
    REQUIRE(all.size() == 1);
    return all[0];
  }
};

/// What a reader says of x where the body holds this.
FieldError fault_of_x(const Json& value) {
  Reading reading(Json{{"x", value}});
  CHECK(reading.fields.quantity(Quantity::x) == 0);
  return reading.fault();
}

FieldError fault_of_cut(const Json& value) {
  Reading reading(Json{{"cut", value}});
  CHECK(reading.fields.grade<Cut>() == Cut::fair);
  return reading.fault();
}

FieldError fault_of_count(const Json& value) {
  Reading reading(Json{{"n", value}});
  CHECK(reading.fields.count("n", 2, 1000, 5) == 5);
  return reading.fault();
}

const Json allowed_mm = Json::parse(R"({"above": 0, "at_most": 100, "unit": "mm"})");
const Json cuts = Json::parse(R"(["Fair", "Good", "Very Good", "Premium", "Ideal"])");

}  // namespace

TEST_CASE("a body without faults is read") {
  Reading reading(R"({"carat": 0.7, "depth": 61, "cut": "Very Good", "color": "D", "clarity": "IF",
                      "n": 12})");
  CHECK(reading.fields.has("carat"));
  CHECK_FALSE(reading.fields.has("weight"));
  CHECK(reading.fields.quantity(Quantity::carat) == 0.7);
  CHECK(reading.fields.quantity(Quantity::depth) == 61);
  CHECK(reading.fields.grade<Cut>() == Cut::very_good);
  CHECK(reading.fields.grade<Color>() == Color::D);
  CHECK(reading.fields.grade<Clarity>() == Clarity::IF);
  CHECK(reading.fields.count("n", 1, 1000, 5) == 12);
  reading.fields.finish();
}

TEST_CASE("a quantity that is missing is a fault with what is allowed") {
  Reading reading("{}");
  CHECK(reading.fields.quantity(Quantity::x) == 0);
  const FieldError fault = reading.fault();
  CHECK(fault.field == "x");
  CHECK(fault.message == "is missing");
  CHECK(fault.allowed == allowed_mm);
}

TEST_CASE("a quantity is read under another name") {
  Reading reading(R"({"weight": 1.5, "carat": 2})");
  CHECK(reading.fields.quantity(Quantity::carat, "weight") == 1.5);
  reading.fields.finish();
  Reading without(R"({"carat": 2})");
  (void)without.fields.quantity(Quantity::carat, "weight");
  CHECK(without.fault().field == "weight");
}

TEST_CASE("a quantity that is no number is a fault that says what it is instead") {
  const auto message = [](const char* json) {
    const FieldError fault = fault_of_x(Json::parse(json));
    CHECK(fault.field == "x");
    CHECK(fault.allowed == allowed_mm);
    return fault.message;
  };
  CHECK(message("null") == "must be a number, not null");
  CHECK(message("\"5.1\"") == "must be a number, not text");
  CHECK(message("true") == "must be a number, not true or false");
  CHECK(message("[5.1]") == "must be a number, not an array");
  CHECK(message("{}") == "must be a number, not an object");
}

TEST_CASE("a quantity is above 0 and at most its limit, exactly") {
  const double smallest = std::numeric_limits<double>::denorm_min();
  for (const double good : {smallest, 1e-300, 100.0, std::nextafter(100.0, 0.0)}) {
    Reading reading(Json{{"x", good}});
    CHECK(reading.fields.quantity(Quantity::x) == good);
    reading.fields.finish();
  }
  for (const double bad :
       {0.0, -0.0, -smallest, -1.0, std::nextafter(100.0, 101.0), 101.0, 1e308}) {
    INFO(bad);
    const FieldError fault = fault_of_x(bad);
    check_says(fault.message, {"must be above 0 and at most 100, not "});
    CHECK(fault.allowed == allowed_mm);
  }
  CHECK(fault_of_x(0).message == "must be above 0 and at most 100, not 0");
  CHECK(fault_of_x(-0.5).message == "must be above 0 and at most 100, not -0.5");
  CHECK(fault_of_x(std::nextafter(100.0, 101.0)).message ==
        "must be above 0 and at most 100, not 100.00000000000001");
  CHECK(fault_of_x(std::numeric_limits<std::uint64_t>::max()).allowed == allowed_mm);
}

TEST_CASE("a grade that is missing or no text is a fault with the grades there are") {
  Reading reading("{}");
  CHECK(reading.fields.grade<Cut>() == Cut::fair);
  CHECK(reading.fault().field == "cut");
  CHECK(reading.fault().message == "is missing");
  CHECK(reading.fault().allowed == cuts);
  CHECK(fault_of_cut(5).message == "must be text, not a number");
  CHECK(fault_of_cut(nullptr).message == "must be text, not null");
  CHECK(fault_of_cut(Json::array({"Ideal"})).message == "must be text, not an array");
  CHECK(fault_of_cut(5).allowed == cuts);
}

TEST_CASE("a grade that is not known is a fault with the one that was meant") {
  const FieldError fault = fault_of_cut("ideel");
  CHECK(fault.message == "'ideel' is not a cut grade: did you mean 'Ideal'?");
  CHECK(fault.allowed == cuts);
  CHECK(fault_of_cut("ideal").message == "'ideal' is not a cut grade: did you mean 'Ideal'?");
  CHECK(fault_of_cut("astounding").message == "'astounding' is not a cut grade");
  CHECK(fault_of_cut("").message == "'' is not a cut grade");
  CHECK(fault_of_cut(std::string(10000, 'I')).message.size() < 100);
}

TEST_CASE("each grade has its own field, words and first grade") {
  Reading reading(R"({"color": "Z9Q", "clarity": "VS9"})");
  CHECK(reading.fields.grade<Color>() == Color::J);
  CHECK(reading.fields.grade<Clarity>() == Clarity::I1);
  const std::vector<FieldError> faults = reading.faults();
  REQUIRE(faults.size() == 2);
  CHECK(faults[0].message == "'Z9Q' is not a color grade");
  CHECK(faults[0].allowed == Json::parse(R"(["J", "I", "H", "G", "F", "E", "D"])"));
  CHECK(faults[1].message == "'VS9' is not a clarity grade: did you mean 'VS2'?");
  CHECK(faults[1].allowed ==
        Json::parse(R"(["I1", "SI2", "SI1", "VS2", "VS1", "VVS2", "VVS1", "IF"])"));
}

TEST_CASE("a count is a whole number within its limits, or the usual one where it is absent") {
  for (const Json& good : {Json(2), Json(1000), Json(7.0), Json(1e3)}) {
    Reading reading(Json{{"n", good}});
    CHECK(static_cast<double>(reading.fields.count("n", 2, 1000, 5)) == good.get<double>());
    reading.fields.finish();
  }
  Reading absent("{}");
  CHECK(absent.fields.count("n", 2, 1000, 5) == 5);
  absent.fields.finish();
}

TEST_CASE("a count that is none is a fault with its limits") {
  for (const Json& bad : {Json(1), Json(0), Json(-5), Json(1001), Json(2.5), Json(1e300),
                          Json(-1e300), Json("5"), Json(nullptr), Json(true), Json::array({5}),
                          Json(std::numeric_limits<std::uint64_t>::max())}) {
    INFO(bad);
    const FieldError fault = fault_of_count(bad);
    CHECK(fault.field == "n");
    CHECK(fault.message == "must be a whole number from 2 to 1000");
    CHECK(fault.allowed == Json::parse(R"({"at_least": 2, "at_most": 1000})"));
  }
}

TEST_CASE("a field that is given more than once is a fault though its value is good") {
  Reading reading(R"({"x": 5})", {"x"});
  CHECK(reading.fields.quantity(Quantity::x) == 5);
  CHECK(reading.fault().field == "x");
  CHECK(reading.fault().message == "is given more than once");
  CHECK(reading.fault().allowed.is_null());
}

TEST_CASE("all faults are told at once, each in the detail too") {
  Reading reading(R"({"carat": "heavy", "cut": "Ideel", "n": 0, "x": 1})", {"carat"});
  (void)reading.fields.quantity(Quantity::carat);
  (void)reading.fields.grade<Cut>();
  (void)reading.fields.grade<Color>();
  (void)reading.fields.quantity(Quantity::x);
  (void)reading.fields.count("n", 1, 9, 5);
  reading.fields.fault("own", "is odd", Json("even"));
  std::vector<std::string> fields;
  const Problem problem = problem_of([&] { reading.fields.finish(); });
  for (const FieldError& fault : problem.errors) fields.push_back(fault.field);
  CHECK(fields == std::vector<std::string>{"carat", "carat", "cut", "color", "n", "own"});
  CHECK(problem.errors.back().message == "is odd");
  CHECK(problem.errors.back().allowed == "even");
  CHECK(problem.detail ==
        "carat is given more than once; carat must be a number, not text; "
        "cut 'Ideel' is not a cut grade: did you mean 'Ideal'?; color is missing; "
        "n must be a whole number from 1 to 9; own is odd");
}

TEST_CASE("fields that nobody asked for are told with the known one that is nearest") {
  Reading reading(R"({"carat": 1, "carrat": 2, "colour": "D", "customer number": 7})");
  (void)reading.fields.quantity(Quantity::carat);
  (void)reading.fields.has("color");
  const std::vector<UnknownField> unknown = reading.fields.unknown_fields();
  REQUIRE(unknown.size() == 3);
  CHECK(unknown[0].field == "carrat");
  CHECK(unknown[0].message == "is not known and was ignored; did you mean 'carat'?");
  CHECK(unknown[1].field == "colour");
  CHECK(unknown[1].message == "is not known and was ignored; did you mean 'color'?");
  CHECK(unknown[2].field == "customer number");
  CHECK(unknown[2].message == "is not known and was ignored");
  reading.fields.finish();  // they are no faults
}
