#include <cornu/framework/registry/register_class.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/losses/loss.hpp>
#include <cornu/framework/metrics/metric.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/weights/initializers.hpp>

#include "tests/support/keras_configs.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using losses::Loss, testing::message_of, testing::view_of;

namespace {

struct Scaled : Loss {
  explicit Scaled(double factor = 1) : Loss("scaled"), factor(factor) {}
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override {
    return factor * ops::squared_difference(y_true, y_pred);
  }
  Config to_config() const override { return registered_object<Loss>(*this, {{"factor", factor}}); }
  static std::shared_ptr<Scaled> from_config(const ConfigView& config) {
    return std::make_shared<Scaled>(config.get("factor", 1.0));
  }
  double factor;
};

struct One : Scaled {};

struct Halves : initializers::Initializer {
  Tensor operator()(const Shape& shape, DType dtype) const override { return Tensor::full(shape, 0.5, dtype); }
};

// Before each test, whichever comes first: names stay for the whole program.
void register_scaled() { register_class<losses::Loss, Scaled>("tests>Scaled"); }

}  // namespace

TEST_CASE("register_class: a class with options is written and read under its name") {
  register_scaled();
  const Config written = Scaled(3).to_config();
  CHECK(written.to_json() ==
        R"({"module": null, "class_name": "Scaled", "config": {"factor": 3.0}, "registered_name": "tests>Scaled"})");
  CHECK(from_config<losses::Loss>(view_of(written))->to_config().to_json() == written.to_json());
  ConfigReport report;
  from_config<losses::Loss>(
      view_of(Config::object({{"class_name", "tests>Scaled"}, {"config", Config::object({{"x", 1}})}}), &report));
  CHECK(report.notes == std::vector<std::string>{"object.config: tests>Scaled has no 'x'; it is left out"});
}

TEST_CASE("register_class: a class without options needs no from_config") {
  register_class<initializers::Initializer, Halves>("Custom>Halves");
  const Config written = Halves().to_config();
  CHECK(written["registered_name"].as_string() == "Custom>Halves");
  const auto read = from_config<initializers::Initializer>(view_of(written));
  CHECK((*read)({1}, float32).item<float>() == 0.5F);
  CHECK(from_config<initializers::Initializer>(view_of("Halves")) != nullptr);
}

TEST_CASE("register_class: kinds have names of their own; the first name of a class is written") {
  register_scaled();
  register_class<losses::Loss, Scaled>("tests>Again");
  CHECK(Scaled().to_config()["registered_name"].as_string() == "tests>Scaled");
  CHECK(message_of<FileError>([] {
          from_config<metrics::Metric>(view_of(Scaled().to_config()));
        }).find("cornu has no metric 'tests>Scaled'") != std::string::npos);
}

TEST_CASE("register_class: refuses a name of another class, and none") {
  register_scaled();
  struct Other : Scaled {
    static std::shared_ptr<Other> from_config(const ConfigView&) { return std::make_shared<Other>(); }
  };
  CHECK(message_of<ValueError>([] {
          register_class<losses::Loss, Other>("tests>Scaled");
        }).starts_with("[register_class] \"tests>Scaled\" is the name of another class already; got Other"));
  CHECK_THROWS_AS((register_class<losses::Loss, Other>("")), ValueError);
}

TEST_CASE("register_class: refuses a second class of a name that is taken for the first, in another file") {
  const auto maker_here = [](const ConfigView&) -> std::shared_ptr<void> { return std::make_shared<One>(); };
  const auto maker_there = [](const ConfigView&) -> std::shared_ptr<void> { return nullptr; };
  detail::register_class(typeid(Loss), "tests>One", typeid(One), maker_here);
  CHECK_NOTHROW(detail::register_class(typeid(Loss), "tests>One", typeid(One), maker_here));
  CHECK(message_of<ValueError>([&] {
          detail::register_class(typeid(Loss), "other>One", typeid(One), maker_there);
        }).starts_with("[register_class] two files have a class of this name in their anonymous namespaces; got One"));
}
