#include <cornu/framework/layer/operation.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include <cornu/framework/base/errors.hpp>
#include "tests/support/throws.hpp"

using namespace cornu;
using detail::Operation, detail::OperationArgument;
using testing::message_of;

namespace {

const Tensor x({{{1.F, -2.F, 4.F}, {0.5F, 3.F, -1.F}}});  // (1, 2, 3)

Tensor run(const char* keras_class, std::vector<Config::Member> options, const Tensors& inputs = x) {
  Operation operation(keras_class, std::vector<OperationArgument>(inputs.size()), "op",
                      Config::object(std::move(options)));
  return operation(inputs);
}

void check(const Tensor& got, const Tensor& expected) {
  CHECK(got.shape() == expected.shape());
  CHECK(ops::all_close(got, expected, 1e-6));
}

}  // namespace

// Expected values: NumPy 2.4.6.

TEST_CASE("Operation: a reduction takes an axis, a list of them or all, and keeps them where that is asked") {
  check(run("Mean", {{"axis", 1}, {"keepdims", false}}), Tensor({{0.75F, 0.5F, 1.5F}}));
  check(run("Mean", {{"axis", -1}, {"keepdims", true}}), Tensor({{{1.F}, {2.5F / 3}}}));
  check(run("Sum", {{"axis", Config::list({1, 2})}}), Tensor({5.5F}));
  check(run("Sum", {{"axis", nullptr}}), Tensor(5.5F));
  check(run("Max", {{"axis", 2}, {"keepdims", false}, {"initial", nullptr}}), Tensor({{4.F, 3.F}}));
  check(run("Amin", {{"axis", 2}}), Tensor({{-2.F, -1.F}}));
  check(run("Prod", {{"axis", 2}, {"dtype", nullptr}}), Tensor({{-8.F, -1.5F}}));
  check(run("Var", {{"axis", 2}}), Tensor({{6.F, 2.7222223F}}));
  check(run("Std", {{"axis", 2}}), Tensor({{2.4494898F, 1.6499158F}}));
  check(run("Logsumexp", {{"axis", 2}}), Tensor({{4.0509458F, 3.0956743F}}));
}

TEST_CASE("Operation: ops along an axis, and of several tensors") {
  check(run("Softmax", {{"axis", 1}}),
        Tensor({{{0.62245935F, 0.0066928510F, 0.99330715F}, {0.37754068F, 0.99330715F, 0.0066928510F}}}));
  check(run("Cumsum", {{"axis", 1}, {"dtype", nullptr}}), Tensor({{{1.F, -2.F, 4.F}, {1.5F, 1.F, 3.F}}}));
  CHECK(run("ExpandDims", {{"axis", 1}}).shape() == Shape{1, 1, 2, 3});
  check(run("Flip", {{"axis", 1}}), Tensor({{{0.5F, 3.F, -1.F}, {1.F, -2.F, 4.F}}}));
  CHECK(run("Concatenate", {{"axis", 1}}, {x, x}).shape() == Shape{1, 4, 3});
  CHECK(run("Concatenate", {}, {x, x, x}).shape() == Shape{1, 2, 9});
  CHECK(run("Stack", {}, {x, x}).shape() == Shape{2, 1, 2, 3});
}

TEST_CASE("Operation: the name apart, the config that it was made with is its config") {
  const Config config = Config::object({{"name", "theirs"}, {"axis", 1}, {"keepdims", false}, {"initial", nullptr}});
  const Operation operation("Max", {{}}, "max_1", config);
  CHECK(operation.get_config().to_json() == R"({"name": "max_1", "axis": 1, "keepdims": false, "initial": null})");
  CHECK(operation.module() == "keras.src.ops.numpy");
  CHECK_FALSE(operation.takes_list());
  CHECK(Operation("Stack", {{}, {}}, "s").takes_list());
}

TEST_CASE("Operation: the names are in the order of the alphabet, each once") {
  const std::vector<std::string_view> names = detail::operation_names();
  CHECK(std::is_sorted(names.begin(), names.end()));
  CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
  for (const std::string_view name : {"Add", "Mean", "NotEqual", "Var"})
    CHECK(std::binary_search(names.begin(), names.end(), name));
}

TEST_CASE("Operation: other options, arguments and axes are refused") {
  const auto refusal = [](const char* keras_class, std::vector<Config::Member> options) {
    return message_of<FileError>([&] { run(keras_class, std::move(options)); });
  };
  CHECK(refusal("Max", {{"initial", 0.0}}) ==
        "[keras.ops] Max.initial: got 0.0; expected null, which is all that cornu has");
  CHECK(refusal("Prod", {{"dtype", "float32"}}) ==
        R"([keras.ops] Prod.dtype: got "float32"; expected null, which is all that cornu has)");
  CHECK(refusal("Mean", {{"weights", 1}}) ==
        "[keras.ops] Mean: Mean has an option that is not known here; got 'weights'");
  CHECK(refusal("Mean", {{"axis", "last"}}).find("Mean.axis: got \"last\"") != std::string::npos);
  CHECK(refusal("Softmax", {{"axis", nullptr}}).find("Softmax.axis: got null") != std::string::npos);
  CHECK_THROWS_AS(run("Mean", {{"axis", 3}}), IndexError);
  CHECK_THROWS_AS(run("Sum", {{"axis", Config::list({1, 1})}}), ValueError);
  CHECK(message_of<ValueError>([] { Operation("Mean", {{2.0}}, "m"); }) ==
        "[keras.ops] Mean is called with a number; got 2; expected a tensor");
  CHECK(message_of<ValueError>([] {
          Operation("Mean", {{}, {}}, "m");
        }) == "[keras.ops] Mean is called with another number of arguments; got 2; expected 1");
  CHECK(message_of<ValueError>([] { Operation("Stack", {}, "s"); }) ==
        "[keras.ops] Stack is called with another number of arguments; got 0; expected 1 or more");
  CHECK_THROWS_AS(Operation("Median", {{}}, "m"), ValueError);
}

TEST_CASE("Operation: of no rows there is a mean over the others, and no largest") {
  const Tensor none = Tensor::zeros({0, 3});
  CHECK(run("Mean", {{"axis", 1}}, none).shape() == Shape{0});
  CHECK_THROWS_AS(run("Max", {{"axis", 0}}, none), ShapeError);
}
