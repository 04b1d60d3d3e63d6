#pragma once
// Internal: how fit() measures where the time of its steps goes.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <cornu/framework/autodiff/profiler.hpp>
#include <cornu/framework/model/model.hpp>
#include <cornu/framework/model/step_profile.hpp>

namespace cornu::detail {

/// The profile of one fit(): begin_step() and end_step() stand around each pass of its loop.
class Profiling {
 public:
  explicit Profiling(const Model& model) : model_(model) {}

  void begin_step();
  void end_step();
  /// Null in steps that are not measured.
  Profiler* profiler() { return is_measuring_ ? &profiler_ : nullptr; }

  StepProfile result() const;

 private:
  // A layer of the model, or one within such a layer. Owners of parts have higher numbers than those of the whole.
  struct Part {
    std::string path;
    Profiler::Owner owner;
    std::size_t whole;  // index of the part that it belongs to
  };

  void add_parts();
  void add_part(const LayerBase& layer, std::string path, std::size_t whole);
  std::vector<Profiler::Times> times_of_parts() const;
  StepTime mean(const Profiler::Times& times) const;

  const Model& model_;
  Profiler profiler_;
  std::vector<Part> parts_;  // the first one is the model
  std::int64_t begun_ = 0, measured_ = 0;
  bool is_measuring_ = false;
};

/// One pass of fit's loop; without a profile it does nothing.
class ProfiledStep {
 public:
  explicit ProfiledStep(Profiling* profiling) : profiling_(profiling) {
    if (profiling_) profiling_->begin_step();
  }
  ~ProfiledStep() {
    if (profiling_) profiling_->end_step();
  }
  ProfiledStep(const ProfiledStep&) = delete;
  ProfiledStep& operator=(const ProfiledStep&) = delete;

  Profiler* profiler() const { return profiling_ ? profiling_->profiler() : nullptr; }

 private:
  Profiling* profiling_;
};

}  // namespace cornu::detail
