#include <cornu/framework/metrics/iou.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>

#include "tests/support/captured_log.hpp"

using namespace cornu;

TEST_CASE("MeanIoU: what is outside the classes does not count, and how many that are is said once") {
  const testing::CapturedLog log({});
  metrics::MeanIoU iou(2);
  for (int i = 0; i < 2; ++i) iou.update_state(Tensor({0, 1, 5, -1, 0}), Tensor({0, 1, 0, 1, 7}));
  CHECK(iou.result() == doctest::Approx(0.9999999));
  CHECK(log.text() ==
        "mean_io_u: 3 of 5 labels and predictions of a batch are outside the classes 0 … 1, and do not count\n");
}

TEST_CASE("MeanIoU: predictions with fractions are cut off, and an ignored class counts where it was predicted") {
  metrics::MeanIoU iou(2);
  iou.update_state(Tensor({0, 1}), Tensor({0.4F, 0.9F}));
  CHECK(iou.result() == doctest::Approx(0.25));
  metrics::MeanIoU ignoring(3, {.ignore_class = 0});
  ignoring.update_state(Tensor({0, 1, 2}), Tensor({0, 0, 2}));
  CHECK(ignoring.result() == doctest::Approx(1. / 3));
}

TEST_CASE("IoU: of a class that occurs nowhere it is 0") {
  metrics::IoU iou(3, {2});
  iou.update_state(Tensor({0, 1}), Tensor({0, 1}));
  CHECK(iou.result() == 0);
}

TEST_CASE("IoU: weights are whole numbers, unless the counts are none") {
  const auto with = [](DType dtype) {
    metrics::MeanIoU iou(2, {.dtype = dtype});
    iou.update_state(Tensor({0, 1, 1}), Tensor({0, 0, 1}), Tensor({1.5F, 0.75F, 1.F}));
    return iou.result();
  };
  CHECK(with(int32) == doctest::Approx(1));
  CHECK(with(float32) == doctest::Approx((1.5 / 2.25 + 1 / 1.75) / 2));
}

TEST_CASE("IoU: counts beyond those of float32 go on") {
  metrics::IoU iou(2, {0});
  const Tensor zero({0}), many({1 << 24});
  iou.update_state(zero, zero, many);
  iou.update_state(zero, Tensor({1}), many);
  for (int i = 0; i < 1000; ++i) iou.update_state(zero, zero);
  CHECK(iou.result() == doctest::Approx(16778216. / 33555432).epsilon(1e-6));
}

TEST_CASE("IoU: what they refuse, and an empty batch") {
  CHECK_THROWS_AS(metrics::MeanIoU(0), ValueError);
  CHECK_THROWS_AS(metrics::MeanIoU(1'000'000'000'000), ValueError);
  CHECK_THROWS_AS(metrics::IoU(2, {2}), ValueError);
  CHECK_THROWS_AS(metrics::OneHotIoU(2, {-1}), ValueError);
  CHECK_THROWS_AS(metrics::BinaryIoU({.target_class_ids = {2}}), ValueError);
  metrics::OneHotMeanIoU iou(2, {});
  CHECK_THROWS_AS(iou.update_state(Tensor({{1, 0}}), Tensor({{0.9F, 0.1F}, {0.9F, 0.1F}})), ShapeError);
  CHECK_THROWS_AS(iou.update_state(Tensor({{1, 0}}), Tensor({{0.9F, 0.1F}}), Tensor({1, 2})), ShapeError);
  iou.update_state(Tensor::zeros({0, 2}), Tensor::zeros({0, 2}));
  CHECK(iou.result() == 0);
}
