// One gradient, given as rows and as a whole table, moves a table alike, however long rows have waited.
#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <vector>

#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/rule/deferred_rule.hpp>
#include <cornu/optim/nadam.hpp>
#include <cornu/optim/sgd.hpp>

using namespace cornu;
using optim::RowPath, optim::SGD;

namespace {

constexpr std::int64_t words = 60;

// The same gradients as rows and as whole tables, under an optimizer each.
class RowsAndTables {
 public:
  explicit RowsAndTables(const std::function<Handle<optim::Optimizer>()>& make)
      : by_rows_(make()), by_tables_(make()) {}

  void update(const std::vector<std::int32_t>& ids) {
    const Tensor all(ids), values = Tensor::full({all.size(), 2}, 0.5, float64);
    const Rows rows = Rows::sum_by_id(all, values, {words, 2});
    by_rows_->apply({{rows, rows_}});
    by_tables_->apply({{rows.to_dense(), tables_}});
  }
  void update(const std::vector<std::int32_t>& ids, int times) {
    for (int i = 0; i < times; ++i) update(ids);
  }
  // An update that neither table is part of.
  void update_another() {
    const Variable a(Tensor({1.})), b(Tensor({1.}));
    by_rows_->apply({{Tensor({1.}), a}});
    by_tables_->apply({{Tensor({1.}), b}});
  }
  bool are_alike() const { return ops::all_close(rows_.peek(), tables_.peek(), 1e-9, 1e-12); }
  bool some_wait() const { return !ops::array_equal(rows_.body().value, rows_.peek()); }
  RowPath path() const { return by_rows_->row_updates(rows_).path; }

 private:
  Handle<optim::Optimizer> by_rows_, by_tables_;
  Variable rows_{Tensor::full({words, 2}, 1.5, float64), {.name = "rows"}},
      tables_{Tensor::full({words, 2}, 1.5, float64), {.name = "tables"}};
};

// w ← 0.9·w − lr·g
struct Shrinking final : optim::ElementwiseOptimizer<Shrinking> {
  struct WithoutGradient final : optim::ElementwiseDeferredRule<WithoutGradient> {
    double decay(const optim::Step&) const override { return 0.1; }
    template <class T>
    void apply_elements(const optim::MissedUpdates& missed, const optim::Elements<T>& e) const {
      for (std::size_t i = 0; i < e.size; ++i) e.value[i] -= static_cast<T>(missed.lost) * e.value[i];
    }
  };

  explicit Shrinking(optim::CommonOptions options) : ElementwiseOptimizer("Shrinking", "shrinking", options, {}) {}
  std::string_view class_name() const override { return "Shrinking"; }
  void begin(const optim::Step& step) override { rate = step.learning_rate; }
  std::shared_ptr<const optim::DeferredRule> deferred_rule(DType) const override {
    return std::make_shared<WithoutGradient>();
  }
  template <class T>
  void update_elements(const optim::Elements<T>& e) const {
    for (std::size_t i = 0; i < e.size; ++i)
      e.value[i] = T(0.9) * e.value[i] - static_cast<T>(rate) * (e.gradient ? e.gradient[i] : T(0));
  }
  double rate = 0;
};

}  // namespace

TEST_CASE("deferred rows: those that waited 511, 512 and 513 updates are settled as all others") {
  RowsAndTables twins([] { return SGD({.learning_rate = 0.01, .momentum = 0.99}); });
  constexpr std::int32_t updates = 600;
  for (std::int32_t number = 1; number <= updates; ++number) {
    const std::int32_t waits = updates - number;
    twins.update(waits >= 509 && waits <= 515 ? std::vector<std::int32_t>{waits - 509} : std::vector<std::int32_t>{40});
  }
  REQUIRE(twins.path() == RowPath::deferred);
  twins.update({0, 1, 2, 3, 4, 5, 6});
  CHECK(twins.are_alike());
}

TEST_CASE("deferred rows: an update that takes a whole value away, or more, reaches every row") {
  for (const double weight_decay : {0.5, 1., 1.5}) {
    CAPTURE(weight_decay);
    RowsAndTables twins([&] { return SGD({.learning_rate = 1, .momentum = 0.5, .weight_decay = weight_decay}); });
    for (const std::int32_t id : {3, 4, 3, 5, 3}) {
      twins.update({id});
      CHECK(twins.are_alike());
    }
    CHECK(twins.path() == RowPath::deferred);
  }
}

TEST_CASE("deferred rows: a whole value is taken from those that waited longest, too") {
  const auto rate = [](std::int64_t batch) { return batch == 100 ? 1. : 0.01; };
  RowsAndTables twins([&] { return SGD({.learning_rate = rate, .momentum = 0.5, .weight_decay = 1}); });
  twins.update({3});
  twins.update({4}, 99);
  CHECK(twins.some_wait());
  twins.update({4}, 100);
  CHECK(twins.are_alike());
}

TEST_CASE("deferred rows: where the rule changes with the update's number, one that was left out is noticed") {
  RowsAndTables twins([] { return optim::Nadam({.learning_rate = 0.01}); });
  bool some_waited = false;
  for (std::int32_t step = 0; step < 1200; ++step) {
    twins.update({step % 7});
    some_waited = some_waited || twins.some_wait();
    if (step % 9 == 8) twins.update_another();
  }
  CHECK(some_waited);
  CHECK(twins.path() == RowPath::deferred);
  CHECK(twins.are_alike());
}

TEST_CASE("deferred rows: what a row waits for is kept until it has been read, whoever came at the same time") {
  RowsAndTables twins([] { return SGD({.learning_rate = 0.01, .momentum = 0.9}); });
  twins.update({3, 7}, 300);
  twins.update({3, 5, 7});
  twins.update({7}, 300);
  twins.update({5});
  twins.update({7}, 100);
  CHECK(twins.some_wait());
  CHECK(twins.are_alike());
}

TEST_CASE("deferred rows: weight decay comes before what the rule itself takes") {
  RowsAndTables twins([] { return Shrinking({.learning_rate = 0.5, .weight_decay = 0.5}); });
  REQUIRE(twins.path() == RowPath::deferred);
  twins.update({3});
  twins.update({4}, 20);
  CHECK(twins.some_wait());
  CHECK(twins.are_alike());
}

TEST_CASE("deferred rows: averages that weight decay would leave behind are of the right size") {
  RowsAndTables twins([] {
    return SGD({.learning_rate = 0.5,
                .momentum = 0.5,
                .weight_decay = 1,
                .use_ema = true,
                .ema_momentum = 0.99,
                .ema_overwrite_frequency = 2000});
  });
  REQUIRE(twins.path() == RowPath::deferred);
  twins.update({3});
  twins.update({4}, 1999);
  CHECK(twins.are_alike());
}
