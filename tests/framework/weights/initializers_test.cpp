#include <cornu/framework/weights/initializers.hpp>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/support/fixture.hpp"
#include "tests/support/keras_configs.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using namespace cornu::initializers;

namespace {

struct Statistics {
  double mean = 0, stddev = 0, low = 0, high = 0;
};

Statistics statistics_of(const Tensor& x) {
  return {ops::mean(x).item<double>(), ops::standard_deviation(x).item<double>(), ops::min(x).item<double>(),
          ops::max(x).item<double>()};
}

Shape shape_of(const std::string& name) {
  Shape shape;
  for (std::size_t at = 0; at < name.size();
       at = name.find('x', at) == std::string::npos ? name.size() : name.find('x', at) + 1)
    shape.push_back(std::stoll(name.substr(at)));
  return shape;
}

// An initializer of the case's name in the fixture.
Handle<Initializer> initializer_of(const std::string& name) {
  const std::string prefix = "variance_scaling_";
  if (!name.starts_with(prefix)) return name;
  const std::size_t cut = name.find('_', prefix.size() + 4);
  return VarianceScaling(
      {.scale = 0.1, .mode = name.substr(prefix.size(), cut - prefix.size()), .distribution = name.substr(cut + 1)});
}

Tensor make(const Handle<Initializer>& initializer, const Shape& shape, DType dtype = float32) {
  return (*initializer)(shape, dtype);
}

}  // namespace

TEST_CASE("initializers: zeros, ones and a constant, of any dtype") {
  for (const DType dtype : {float32, float64, int32, int64, boolean}) {
    CHECK(ops::array_equal(Zeros()({2, 3}, dtype), Tensor::zeros({2, 3}, dtype)));
    CHECK(ops::array_equal(Ones()({2, 3}, dtype), Tensor::ones({2, 3}, dtype)));
    CHECK(ops::array_equal(Constant(1)({2, 3}, dtype), Tensor::ones({2, 3}, dtype)));
  }
  CHECK(Constant(2.5)({}, float32).item<float>() == 2.5f);
  CHECK(Constant()({}, float32).item<float>() == 0);
}

TEST_CASE("initializers: identity matrices are Keras's, square or not") {
  const cornu::testing::Fixture fixture("initializers");
  for (const char* shape : {"3x3", "2x4", "4x2"}) {
    CHECK(ops::array_equal(Identity()(shape_of(shape), float32), fixture.tensor(fmt::format("identity/{}", shape))));
    CHECK(ops::array_equal(Identity(2.5)(shape_of(shape), float32),
                           fixture.tensor(fmt::format("identity_gain/{}", shape))));
  }
  CHECK(Identity()({0, 3}, float32).shape() == Shape{0, 3});
  CHECK_THROWS_WITH_AS(Identity()({3}, float32),
                       "[Identity] the weight is not a matrix; got shape (3,); expected rank 2", ShapeError);
}

TEST_CASE("initializers: fans are Keras's") {
  const cornu::testing::Fixture fixture("initializers");
  for (const std::string& name : fixture.names("fans/")) {
    const Fans fans = compute_fans(shape_of(name.substr(5)));
    CHECK_MESSAGE(
        ops::array_equal(Tensor({static_cast<int>(fans.in), static_cast<int>(fans.out)}), fixture.tensor(name)), name);
  }
  CHECK(compute_fans({}).in == 1);
  const Fans of_axes = compute_fans({2, 3, 4, 5}, {0, -1}, {1});
  CHECK(of_axes.in == 10);
  CHECK(of_axes.out == 3);
  CHECK(compute_fans({4, 6}, {0}, {}).out == 6);  // both kinds, or neither
}

TEST_CASE("initializers: ranges and deviations are Keras's") {
  // A thousand draws of the shape: the largest of them says the range, their deviation the deviation.
  const cornu::testing::Fixture fixture("initializers");
  random::set_seed(1);
  int checked = 0;
  for (const std::string& record : fixture.names()) {
    const std::size_t first = record.find('/'), last = record.rfind('/');
    const std::string kind = record.substr(last + 1);
    if (kind != "limit" && kind != "stddev") continue;
    const std::string name = record.substr(0, first), shape = record.substr(first + 1, last - first - 1);
    const Handle<Initializer> initializer = initializer_of(name);
    std::vector<Tensor> draws;
    for (std::int64_t elements = 0; elements < 40000; elements += shape_of(shape).size())
      draws.push_back(ops::reshape(make(initializer, shape_of(shape), float64), {-1}));
    const Statistics found = statistics_of(ops::concatenate(draws));
    const double expected = fixture.scalar(record);
    CAPTURE(record);
    CHECK(std::abs(found.mean) < 0.03 * expected);
    if (kind == "limit") {
      CHECK(found.high <= expected);
      CHECK(found.low >= -expected);
      CHECK(found.high > 0.99 * expected);
      CHECK(found.stddev == doctest::Approx(expected / std::sqrt(3)).epsilon(0.02));
    } else if (fixture.scalar(record.substr(0, last) + "/truncated") == 1) {
      CHECK(found.high <= 2 * expected);
      CHECK(found.low >= -2 * expected);
      CHECK(found.high > 1.95 * expected);
      CHECK(found.stddev == doctest::Approx(expected * 0.87962566103423978).epsilon(0.02));
    } else {
      CHECK(found.high > 3 * expected);
      CHECK(found.stddev == doctest::Approx(expected).epsilon(0.02));
    }
    ++checked;
  }
  CHECK(checked == 18 * 8);
}

TEST_CASE("initializers: means, bounds and deviations are those asked for") {
  random::set_seed(2);
  const Statistics normal = statistics_of(RandomNormal({.mean = 3, .stddev = 0.5})({200, 100}, float32));
  CHECK(normal.mean == doctest::Approx(3).epsilon(0.01));
  CHECK(normal.stddev == doctest::Approx(0.5).epsilon(0.02));
  const Statistics truncated = statistics_of(TruncatedNormal({.mean = -1, .stddev = 0.5})({200, 100}, float32));
  CHECK(truncated.mean == doctest::Approx(-1).epsilon(0.02));
  CHECK(truncated.low >= -2);
  CHECK(truncated.high <= 0);
  const Statistics uniform = statistics_of(RandomUniform({.minval = 2, .maxval = 5})({200, 100}, float32));
  CHECK(uniform.mean == doctest::Approx(3.5).epsilon(0.01));
  CHECK(uniform.low >= 2);
  CHECK(uniform.high < 5);
  const Tensor pool = HeNormal({.input_axes = {0}, .output_axes = {1}})({50, 4, 100}, float32);
  CHECK(statistics_of(pool).stddev == doctest::Approx(std::sqrt(2. / 50)).epsilon(0.03));
}

TEST_CASE("initializers: the shortest way of writing options is Keras's order") {
  const Tensor a = RandomNormal({1, 0.1, 7})({5}, float32),
               b = RandomNormal({.mean = 1, .stddev = 0.1, .seed = 7})({5}, float32);
  CHECK(ops::array_equal(a, b));
}

TEST_CASE("initializers: a seed fixes every call, no seed leaves it to set_seed") {
  const std::vector<Handle<Initializer>> seeded{
      RandomNormal({.seed = 3}),    TruncatedNormal({.seed = 3}), RandomUniform({.seed = 3}),
      VarianceScaling({.seed = 3}), GlorotUniform({.seed = 3}),   GlorotNormal({.seed = 3}),
      HeUniform({.seed = 3}),       HeNormal({.seed = 3}),        LecunUniform({.seed = 3}),
      LecunNormal({.seed = 3}),     Orthogonal({.seed = 3})};
  for (const Handle<Initializer>& initializer : seeded)
    CHECK(ops::array_equal(make(initializer, {4, 5}), make(initializer, {4, 5})));

  for (const char* name : {"random_normal", "truncated_normal", "random_uniform", "glorot_uniform", "orthogonal"}) {
    const Handle<Initializer> initializer = name;
    random::set_seed(5);
    const Tensor first = make(initializer, {4, 5}), second = make(initializer, {4, 5});
    random::set_seed(5);
    CHECK(ops::array_equal(make(initializer, {4, 5}), first));
    CHECK_FALSE(ops::array_equal(first, second));
  }
  CHECK_FALSE(ops::array_equal(RandomNormal({.seed = 3})({9}, float32), RandomNormal({.seed = 4})({9}, float32)));
}

TEST_CASE("initializers: orthogonal columns, or rows where there are fewer") {
  for (const Shape& shape : {Shape{4, 4}, Shape{6, 3}, Shape{3, 6}, Shape{2, 3, 4}, Shape{1, 1}, Shape{1, 5}}) {
    CAPTURE(shape.to_string());
    const Tensor q = Orthogonal({.gain = 2, .seed = 1})(shape, float64);
    CHECK(q.shape() == shape);
    const Tensor matrix = ops::reshape(q, {-1, shape.back()});
    const std::int64_t rows = matrix.dim(0), columns = matrix.dim(1);
    const bool tall = rows >= columns;
    const Tensor gram = ops::matmul(matrix, matrix, tall, !tall);
    CHECK(ops::all_close(gram, 4 * Tensor::eye(std::min(rows, columns), float64), 0, 1e-12));
  }
  CHECK(Orthogonal()({0, 3}, float32).shape() == Shape{0, 3});
  CHECK(Orthogonal()({3, 2}, float32).dtype() == float32);
  CHECK_THROWS_WITH_AS(Orthogonal()({3}, float32),
                       "[Orthogonal] the weight is not a matrix; got shape (3,); expected rank 2 or more", ShapeError);
}

TEST_CASE("initializers: the sign of an orthogonal 1 by 1 matrix is as often + as -") {
  random::set_seed(3);
  int positive = 0;
  for (int i = 0; i < 400; ++i) positive += Orthogonal()({1, 1}, float64).item<double>() > 0;
  CHECK(positive > 150);
  CHECK(positive < 250);
}

TEST_CASE("initializers: Keras's names") {
  for (const char* name : {"zeros",
                           "zero",
                           "Zeros",
                           "ones",
                           "one",
                           "Ones",
                           "constant",
                           "Constant",
                           "identity",
                           "Identity",
                           "IdentityInitializer",
                           "random_normal",
                           "RandomNormal",
                           "normal",
                           "random_uniform",
                           "RandomUniform",
                           "uniform",
                           "truncated_normal",
                           "TruncatedNormal",
                           "variance_scaling",
                           "VarianceScaling",
                           "glorot_uniform",
                           "GlorotUniform",
                           "glorot_normal",
                           "GlorotNormal",
                           "he_uniform",
                           "HeUniform",
                           "he_normal",
                           "HeNormal",
                           "lecun_uniform",
                           "LecunUniform",
                           "lecun_normal",
                           "LecunNormal",
                           "orthogonal",
                           "Orthogonal",
                           "OrthogonalInitializer"})
    CHECK_MESSAGE((make(name, {3, 4}).shape() == Shape{3, 4}), name);

  const Statistics uniform = statistics_of(make("uniform", {100, 100}));
  CHECK(uniform.low >= -0.05);
  CHECK(uniform.high < 0.05);
  CHECK(uniform.high > 0.0499);
  CHECK(ops::array_equal(make("one", {2}), Tensor({1.f, 1.f})));
}

TEST_CASE("initializers: a function is one") {
  const auto counting = [](const Shape& shape, DType dtype) {
    return ops::cast(ops::reshape(Tensor::arange(shape.size()), shape), dtype);
  };
  const Handle<Initializer> initializer = counting;
  CHECK(ops::array_equal(make(initializer, {2, 2}), Tensor({{0.f, 1.f}, {2.f, 3.f}})));
  CHECK(initializer->to_config().to_json() == unnamed_function().to_json());

  const Handle<Initializer> stubborn = [](const Shape&, DType) { return Tensor({1.f, 2.f}); };
  CHECK_THROWS_WITH_AS(make(stubborn, {3}),
                       "[initializer] the function's result has another shape; got (2,); expected (3,)", ShapeError);
  CHECK_THROWS_WITH_AS(make(stubborn, {2}, float64),
                       "[initializer] the function's result has another dtype; got float32; expected float64",
                       ValueError);
}

TEST_CASE("initializers: what Keras writes is read, and written again") {
  testing::check_round_trips("initializers",
                             [](const ConfigView& object) { return from_config<Initializer>(object)->to_config(); });
}

TEST_CASE("initializers: options that Keras does not write, and where it accepts more") {
  const auto read = [](const Config& object) {
    return from_config<Initializer>(testing::view_of(object))->to_config();
  };
  CHECK(read(Identity(0.5).to_config())["config"].to_json() == R"({"gain": 0.5})");
  CHECK(read("he_normal")["class_name"].as_string() == "HeNormal");
  const Config seeded = keras_object("keras.random", "SeedGenerator", {{"name", "s"}, {"seed", 3}});
  CHECK(read(keras_object("keras.initializers", "RandomNormal", {{"seed", seeded}}))["config"]["seed"].as_int() == 3);
  CHECK(
      read(Config::object({{"class_name", "Constant"}, {"config", Config::object()}}))["config"]["value"].as_double() ==
      0);
}

TEST_CASE("initializers: a config says where it is refused") {
  const auto error_of = [](const Config& object) {
    return testing::message_of<FileError>([&] { from_config<Initializer>(testing::view_of(object)); });
  };
  CHECK(error_of(keras_object("keras.initializers", "STFT")) ==
        "[load_model] 'm.keras': object: cornu has no initializer 'STFT' yet, which Keras has; register a class of "
        "yours by that name before "
        "(cornu::register_class)");
  CHECK(error_of(keras_object("keras.initializers", "RandomNormal", {{"stddev", -1}})) ==
        "[load_model] 'm.keras': object.config: [RandomNormal] stddev must be 0 or more; got -1");
  CHECK(error_of(keras_object("keras.initializers", "Constant", {{"value", "two"}})) ==
        "[load_model] 'm.keras': object.config.value: got \"two\"; expected a number");
  CHECK(error_of("ones_and_zeros").starts_with("[load_model] 'm.keras': object: [initializer] unknown initializer"));
  CHECK(error_of(3) == "[load_model] 'm.keras': object: got 3; expected a name, or an object with a class_name");
}

TEST_CASE("initializers: configs are those of Keras's files") {
  CHECK(Zeros().to_config().to_json() ==
        R"({"module": "keras.initializers", "class_name": "Zeros", "config": {}, "registered_name": null})");
  CHECK(RandomUniform({.seed = 4}).to_config()["config"].to_json() ==
        R"({"seed": 4, "minval": -0.05, "maxval": 0.05})");
  CHECK(GlorotUniform().to_config()["class_name"].as_string() == "GlorotUniform");
  CHECK(GlorotUniform().to_config()["config"].to_json() ==
        R"({"seed": null, "input_axes": null, "output_axes": null})");
  CHECK(VarianceScaling({.scale = 2, .input_axes = {0, 1}}).to_config()["config"]["input_axes"].to_json() == "[0, 1]");
}

TEST_CASE("initializers: an empty weight") {
  for (const char* name :
       {"zeros", "random_normal", "truncated_normal", "random_uniform", "glorot_uniform", "orthogonal"})
    CHECK(make(name, {0, 4}).size() == 0);
}

TEST_CASE("initializers: refused") {
  CHECK_THROWS_WITH_AS(
      Handle<Initializer>("glorot"),
      "[initializer] unknown initializer; got 'glorot'; expected one of zeros, ones, constant, identity, "
      "random_normal, random_uniform, truncated_normal, variance_scaling, glorot_uniform, glorot_normal, "
      "he_uniform, he_normal, lecun_uniform, lecun_normal, orthogonal; pass an object for any other; did you "
      "mean 'glorot_uniform'?",
      ValueError);
  CHECK_THROWS_WITH_AS(Handle<Initializer>("glorot-unifrom"), doctest::Contains("; did you mean 'glorot_uniform'?"),
                       ValueError);
  CHECK_THROWS_AS(Handle<Initializer>(""), ValueError);
  CHECK_THROWS_AS(make("glorot_uniform", {2, 2}, int32), ValueError);
  CHECK_THROWS_AS(make("orthogonal", {2, 2}, int32), ValueError);
  CHECK_THROWS_AS(RandomNormal({.stddev = -1}), ValueError);
  CHECK_THROWS_AS(TruncatedNormal({.stddev = std::nan("")}), ValueError);
  CHECK_THROWS_AS(RandomUniform({.minval = 1, .maxval = 0}), ValueError);
  CHECK_THROWS_AS(VarianceScaling({.scale = 0}), ValueError);
  CHECK_THROWS_WITH_AS(
      VarianceScaling({.mode = "fan"}),
      "[VarianceScaling] unknown mode; got \"fan\"; expected one of \"fan_in\", \"fan_out\", \"fan_avg\"", ValueError);
  CHECK_THROWS_AS(VarianceScaling({.distribution = "gauss"}), ValueError);
}
