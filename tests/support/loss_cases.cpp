#include "tests/support/loss_cases.hpp"

#include <doctest/doctest.h>

#include <cstddef>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/support/fixture.hpp"

namespace cornu::testing {

LossCase::LossCase(const std::string& text) : name(text) {
  const std::size_t slash = text.find('/'), end = text.find('_', slash);
  loss = text.substr(0, text.find_first_of("_/"));
  shape = text.substr(slash + 1, end - slash - 1);
  suffix = end == std::string::npos ? "" : text.substr(end);
  from_logits = text.substr(0, slash).find("_logits") != std::string::npos;
  smoothing = text.substr(0, slash).ends_with("_smooth") ? 0.1 : 0;
  if (suffix.starts_with("_logits")) shape += "_logits", suffix.erase(0, 7);  // extreme_logits is one word
  dtype = suffix.ends_with("_float64") ? float64 : float32;
}

std::string LossCase::after(const std::string& word) const {
  const std::size_t at = suffix.find(word);
  if (at == std::string::npos) return "";
  return suffix.substr(at + word.size(), suffix.find('_', at + word.size()) - at - word.size());
}

Shape shape_of(std::string text) {
  Shape shape;
  for (std::size_t next = 0; !text.empty(); text.erase(0, next + 1)) {
    shape.push_back(std::stoll(text, &next));
    if (next >= text.size()) break;
  }
  return shape;
}

namespace {

struct Inputs {
  Inputs(const Fixture& fixture, const std::string& labels, const LossCase& c) {
    const std::string inputs = "inputs/" + labels + "/" + c.shape;
    y_true = fixture.tensor(inputs + "/y_true");
    y_pred = fixture.tensor(inputs + (c.from_logits ? "/logits" : "/y_pred")).astype(c.dtype);
    if (is_floating(y_true.dtype())) y_true = y_true.astype(c.dtype);
    if (const std::string shape = c.after("_labels"); !shape.empty()) y_true = y_true.with_shape(shape_of(shape));
    if (const std::string shape = c.after("_weighted"); !shape.empty())
      weights = fixture.tensor("inputs/weights/" + shape).astype(c.dtype);
    if (c.suffix.find("_all_masked") != std::string::npos)
      mask = fixture.tensor("inputs/mask_none/2x3");
    else if (c.suffix.find("_masked") != std::string::npos)
      mask = fixture.tensor("inputs/mask/" +
                            (c.shape.find('x') == std::string::npos ? c.shape : c.shape.substr(0, c.shape.rfind('x'))));
  }
  Tensor y_true, y_pred, weights, mask;
};

void check_close(const Tensor& got, const Tensor& expected, DType dtype) {
  CHECK(got.shape() == expected.shape());
  const bool close = dtype == float64 ? ops::all_close(got, expected.astype(float64), 1e-12, 1e-13)
                                      : ops::all_close(got, expected.astype(float32), 3e-6, 3e-7);
  CHECK_MESSAGE(close, "got ", to_string(got), ", expected ", to_string(expected));
}

void check_case(const Fixture& fixture, const Inputs& in, const LossCase& c, const MakeLoss& make) {
  CAPTURE(c.name);
  check_close((*make(c, "none"))(in.y_true, in.y_pred, in.weights, in.mask), fixture.tensor(c.name + "/values"),
              c.dtype);
  for (const std::string reduction : {"sum_over_batch_size", "sum", "mean_with_sample_weight"}) {
    CAPTURE(reduction);
    GradientTape tape;
    tape.watch(in.y_pred);
    const Tensor loss = (*make(c, reduction))(in.y_true, in.y_pred, in.weights, in.mask);
    check_close(loss, fixture.tensor(c.name + "/" + reduction), c.dtype);
    const std::string gradient = c.name + "/gradient" + (reduction == "sum_over_batch_size" ? "" : "_" + reduction);
    if (fixture.has(gradient))
      check_close(tape.gradient(loss, in.y_pred).to_dense(), fixture.tensor(gradient), c.dtype);
  }
}

}  // namespace

int check_loss_cases(const std::string& loss, const std::string& labels, const MakeLoss& make) {
  const Fixture fixture("losses");
  int cases = 0;
  for (const std::string& record : fixture.names(loss)) {
    if (!record.ends_with("/values")) continue;
    const LossCase c(record.substr(0, record.rfind('/')));
    if (c.loss != loss) continue;
    check_case(fixture, Inputs(fixture, labels, c), c, make);
    ++cases;
  }
  return cases;
}

}  // namespace cornu::testing
