#pragma once
// Internal: what the live tapes of one thread have recorded.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include <cornu/framework/autodiff/record.hpp>
#include <cornu/framework/autodiff/variable.hpp>

namespace cornu::detail {

class VariablesRead;

/// Memory for the recorded gradients: handed out in order, taken back all at once, kept for the next step.
class Arena {
 public:
  void* allocate(std::size_t bytes);
  void reset();

 private:
  static constexpr std::size_t block_bytes = 64 * 1024;
  std::vector<std::unique_ptr<std::byte[]>> blocks_;
  std::vector<std::unique_ptr<std::byte[]>> oversized_;
  std::size_t block_ = 0, used_ = 0;
};

struct Record {
  Backward* backward = nullptr;  // null for a leaf
  std::uint64_t variable = 0;    // id of the variable that this leaf reads
  std::uint32_t first_input = 0, inputs = 0;
  bool is_watch = false;    // not an op: the input once more, from where a tape began to watch it
  std::uint32_t owner = 0;  // whose time its gradient takes: see Profiler
};

/// All tapes of a thread share one list of records; a tape is the part of it that begins where the tape did. It is
/// freed when no tape needs it any more.
class Trace {
 public:
  static Trace& of_this_thread();

  bool recording() const { return live_ > asleep; }
  void open();
  void close();
  /// For a tape of the trace of that number, on another thread than the trace's. Its thread closes the tape when it
  /// next records an op or opens a tape.
  static void end_elsewhere(std::uint64_t trace, bool is_automatic);
  void close_those_ended_elsewhere();

  /// The number (from 1) of the record that made the tensor, 0 for none in this trace.
  std::uint32_t record_of(const Tensor& tensor) const;
  /// The first record of the tensor after `start`: watching it again later adds others, which pass on to that one.
  std::uint32_t first_record_of(const Tensor& tensor, std::size_t start) const;
  /// Whether a tensor without a record was made since the tape of that number was opened.
  bool is_made_since(const Tensor& tensor, std::uint64_t tape) const;
  /// Whether a trace that is gone has recorded the tensor.
  bool is_stale(const Tensor& tensor) const;

  void* add(std::span<const Tensor* const> inputs, Tensor& output, std::size_t bytes);
  void set_backward_of_last(Backward* backward) { records_.back().backward = backward; }
  Tensor add_leaf(const VariableBody& variable, const Tensor& value);
  void watch(const Tensor& tensor);
  void watch(const VariableBody& variable) { watched_variables_.push_back(variable.id); }
  bool is_watched(const VariableBody& variable) const;

  std::uint64_t id() const { return id_; }
  /// The number of the tape that was opened last.
  std::uint64_t last_tape() const { return last_tape_; }
  std::size_t size() const { return records_.size(); }
  const Record& record(std::size_t index) const { return records_[index]; }
  /// The record (from 1) that made an input of a record, 0 for none.
  std::uint32_t input_of(std::size_t record, std::size_t input) const {
    return inputs_[records_[record].first_input + input];
  }
  int live() const { return live_; }
  bool is_shared() const { return live_ - asleep > 1; }

  int asleep = 0;                  // live tapes that do not record while a backward pass runs
  int automatic = 0;               // live tapes that watch every trainable variable
  std::vector<Gradient> adjoints;  // memory that backward passes borrow
  VariablesRead* reads = nullptr;  // whom add_leaf() tells

 private:
  std::uint32_t append(Record record);
  std::uint64_t tag(std::uint32_t number) const;
  void clear();

  std::uint64_t id_ = 0, last_tape_ = 0;
  int live_ = 0;
  std::vector<Record> records_;
  std::vector<std::uint32_t> inputs_;
  Arena arena_;
  std::unordered_map<const TensorBody*, std::uint32_t> watched_;
  std::vector<Tensor> kept_;  // watched tensors: while they are here, no other tensor gets their address
  std::vector<std::uint64_t> watched_variables_;
};

}  // namespace cornu::detail
