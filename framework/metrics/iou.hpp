#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/base/no_options.hpp>
#include <cornu/framework/metrics/metric.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
/// @file
/// Intersection over union of a class, tp / (tp + fp + fn), as the mean of some classes: of class ids, or of rows with
/// a number for each class, of which the largest is the id. Fractions are cut off, so that [.4, .9] are two times the
/// class 0: for probabilities say sparse_y_pred = false. Labels and predictions outside the classes do not count; the
/// log says once how many there were in a batch. Weights are those of samples, steps or elements; counts of an integer
/// dtype, which Keras's are unless told, cut them down to whole numbers. A class that was neither there nor found does
/// not count in the mean. Keras adds 1e-7 to its denominators, so that the best result is a little below 1. They throw
/// ValueError for less than one class and for target classes that there are not; the update throws ShapeError for
/// another number of labels than of predictions. As their classes must be given, all but BinaryIoU go by no name.
namespace cornu::metrics {

struct IoUOptions {
  std::string name = "io_u";
  DType dtype = int32;                            ///< of the counts
  std::optional<std::int64_t> ignore_class = {};  ///< labels that do not count
  bool sparse_y_true = true;                      ///< labels are class ids, otherwise rows
  bool sparse_y_pred = true;                      ///< predictions are class ids, otherwise rows
  std::int64_t axis = -1;                         ///< of the classes in rows
};

/// What these metrics share.
class IoUMetric : public Metric {
 public:
  /// As they are.
  std::pair<Tensor, Tensor> aligned(const Tensor& y_true, const Tensor& y_pred) const override;
  void update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight = {}) override;
  double result() const override;
  void reset_state() override;

 protected:
  IoUMetric(const char* class_name, std::int64_t num_classes, std::vector<std::int64_t> target_class_ids,
            IoUOptions options);
  std::int64_t num_classes() const { return classes_; }
  const std::vector<std::int64_t>& target_class_ids() const { return targets_; }

 private:
  std::int64_t classes_;
  std::vector<std::int64_t> targets_;
  IoUOptions options_;
  std::vector<double> counts_;  // (label, prediction), from the first batch on
  bool has_said_outside_ = false;
};

/// Of the classes `target_class_ids` out of num_classes.
class IoU final : public IoUMetric {
 public:
  IoU(std::int64_t num_classes, std::vector<std::int64_t> target_class_ids, IoUOptions options = {});
  IoU(std::int64_t num_classes, std::vector<std::int64_t> target_class_ids, cornu::detail::NoOptions)
      : IoU(num_classes, std::move(target_class_ids)) {}
  Config to_config() const override;
  static std::shared_ptr<IoU> from_config(const ConfigView& config);

 private:
  IoUOptions options_;
};

struct BinaryIoUOptions {
  std::vector<std::int64_t> target_class_ids = {0, 1};
  double threshold = 0.5;
  std::string name = "binary_io_u";
  DType dtype = int32;  ///< of the counts
};
/// Of two classes: predictions that reach the threshold are of class 1. "BinaryIoU", "binary_io_u".
class BinaryIoU final : public IoUMetric {
 public:
  explicit BinaryIoU(BinaryIoUOptions options = {});
  /// `BinaryIoU({})`: the defaults.
  explicit BinaryIoU(cornu::detail::NoOptions);
  void update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight = {}) override;
  Config to_config() const override;
  static std::shared_ptr<BinaryIoU> from_config(const ConfigView& config);

 private:
  BinaryIoUOptions options_;
};

struct MeanIoUOptions {
  std::string name = "mean_io_u";
  DType dtype = int32;                            ///< of the counts
  std::optional<std::int64_t> ignore_class = {};  ///< labels that do not count
  bool sparse_y_true = true;                      ///< labels are class ids, otherwise rows
  bool sparse_y_pred = true;                      ///< predictions are class ids, otherwise rows
  std::int64_t axis = -1;                         ///< of the classes in rows
};
/// Of all classes.
class MeanIoU final : public IoUMetric {
 public:
  explicit MeanIoU(std::int64_t num_classes, MeanIoUOptions options = {});
  MeanIoU(std::int64_t num_classes, cornu::detail::NoOptions);
  Config to_config() const override;
  static std::shared_ptr<MeanIoU> from_config(const ConfigView& config);

 private:
  MeanIoUOptions options_;
};

struct OneHotIoUOptions {
  std::string name = "one_hot_io_u";
  DType dtype = int32;                            ///< of the counts
  std::optional<std::int64_t> ignore_class = {};  ///< labels that do not count
  bool sparse_y_pred = false;                     ///< predictions are class ids, otherwise rows
  std::int64_t axis = -1;                         ///< of the classes in rows
};
/// IoU of labels that are rows, as one_hot gives them.
class OneHotIoU final : public IoUMetric {
 public:
  OneHotIoU(std::int64_t num_classes, std::vector<std::int64_t> target_class_ids, OneHotIoUOptions options = {});
  OneHotIoU(std::int64_t num_classes, std::vector<std::int64_t> target_class_ids, cornu::detail::NoOptions)
      : OneHotIoU(num_classes, std::move(target_class_ids)) {}
  Config to_config() const override;
  static std::shared_ptr<OneHotIoU> from_config(const ConfigView& config);

 private:
  OneHotIoUOptions options_;
};

struct OneHotMeanIoUOptions {
  std::string name = "one_hot_mean_io_u";
  DType dtype = int32;                            ///< of the counts
  std::optional<std::int64_t> ignore_class = {};  ///< labels that do not count
  bool sparse_y_pred = false;                     ///< predictions are class ids, otherwise rows
  std::int64_t axis = -1;                         ///< of the classes in rows
};
/// MeanIoU of labels that are rows, as one_hot gives them.
class OneHotMeanIoU final : public IoUMetric {
 public:
  explicit OneHotMeanIoU(std::int64_t num_classes, OneHotMeanIoUOptions options = {});
  OneHotMeanIoU(std::int64_t num_classes, cornu::detail::NoOptions);
  Config to_config() const override;
  static std::shared_ptr<OneHotMeanIoU> from_config(const ConfigView& config);

 private:
  OneHotMeanIoUOptions options_;
};

}  // namespace cornu::metrics
CORNU_EXPORT_END
