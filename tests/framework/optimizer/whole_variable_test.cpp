// Rules that see a whole variable.
#include <doctest/doctest.h>

#include <cmath>

#include <cornu/framework/optimizer/optimizer.hpp>

using namespace cornu;

namespace {

Variable ones(const Shape& shape, const char* name) { return Variable(Tensor::ones(shape), {.name = name}); }
std::vector<float> values_of(const Variable& v) { return v.peek().to_vector<float>(); }
using Values = std::vector<float>;

// w ← w − lr·g / ‖g‖, counting its updates in a slot of one element; without a gradient it stays.
struct UnitDescent final : optim::WholeVariableOptimizer<UnitDescent> {
  explicit UnitDescent(optim::CommonOptions options) : WholeVariableOptimizer("UnitDescent", "unit", options, {}) {}
  std::string_view class_name() const override { return "UnitDescent"; }
  std::vector<optim::Slot> slots_for(const Variable& variable) const override {
    return {
        {.name = "updates", .initial = 10, .shape = Shape{1}},
        {.name = "start", .group = 1, .starts_as_value = true},
        {.name = "rank", .initial = static_cast<double>(variable.shape().rank()), .shape = Shape{}, .dtype = int32}};
  }
  template <class T>
  void update_variable(const optim::Elements<T>& e) const {
    ++*e.slots[0];
    CHECK(e.slots[2] == nullptr);
    REQUIRE(e.shape->size() == e.count());
    double sum = 0;
    for (std::size_t i = 0; e.gradient && i < e.size; ++i) sum += static_cast<double>(e.gradient[i] * e.gradient[i]);
    for (std::size_t i = 0; e.gradient && i < e.size; ++i)
      e.value[i] -= static_cast<T>(rate * static_cast<double>(e.gradient[i]) / std::sqrt(sum));
  }
  void begin(const optim::Step& step) override { rate = step.learning_rate; }
  double rate = 0;
};

}  // namespace

TEST_CASE("Optimizer: a rule may see the whole variable, with a dense gradient, and keep slots of other shapes") {
  const Variable w = ones({2}, "w"), table = ones({3, 2}, "table");
  UnitDescent optimizer({.learning_rate = 0.5, .weight_decay = 0.5});
  const Rows rows{Tensor({2, 0}), Tensor({{3.F, 0.F}, {0.F, 4.F}}), {3, 2}};
  optimizer.apply({{Tensor({3.F, 4.F}), w}, {rows, table}});
  CHECK(values_of(w)[0] == doctest::Approx(0.45));  // 1 − 1·0.25 − 0.5·3/5
  CHECK(values_of(w)[1] == doctest::Approx(0.35));
  CHECK(values_of(table)[1] == doctest::Approx(0.35));
  CHECK(values_of(table)[3] == 0.75F);
  CHECK(values_of(table)[4] == doctest::Approx(0.45));
  std::vector<std::string> names;
  for (const Variable& each : optimizer.variables()) names.push_back(each.name());
  CHECK(names == std::vector<std::string>{"iteration", "learning_rate", "w_updates", "w_rank", "table_updates",
                                          "table_rank", "w_start", "table_start"});
  CHECK(values_of(optimizer.variables()[2]) == Values{11});
  CHECK(optimizer.variables()[3].peek().item<std::int32_t>() == 1);
  CHECK(values_of(optimizer.variables()[6]) == Values{1, 1});
}

TEST_CASE("Optimizer: rows and the table they stand for are the same to a rule that sees it whole") {
  const Rows rows{Tensor({2, 0}), Tensor({{3.F, 0.F}, {0.F, 4.F}}), {3, 2}};
  for (const optim::CommonOptions& options : std::initializer_list<optim::CommonOptions>{
           {}, {.clipnorm = 1}, {.clipvalue = 0.5}, {.gradient_accumulation_steps = 2}}) {
    const Variable a = ones({3, 2}, "w"), b = ones({3, 2}, "w");
    UnitDescent by_rows(options), dense(options);
    for (int step = 0; step < 2; ++step) {
      by_rows.apply({{rows, a}});
      dense.apply({{rows.to_dense(), b}});
    }
    CHECK(values_of(a) == values_of(b));
    CHECK(values_of(a)[1] < 1);
  }
}
