#include <cornu/framework/autodiff/trace.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <mutex>

#include <cornu/framework/autodiff/profiler.hpp>
#include <cornu/framework/autodiff/variables_read.hpp>
#include <cornu/framework/base/errors.hpp>

namespace cornu::detail {

namespace {
// A tensor's record is the trace's number and that of its op there; or, of a tensor that no op of a trace made, this
// bit and the number of the tape that was opened last before it.
constexpr int record_bits = 28;
constexpr std::uint64_t unrecorded = std::uint64_t{1} << 63;
std::atomic<std::uint64_t> next_trace{1}, next_tape{1};
}  // namespace

void* Arena::allocate(std::size_t bytes) {
  bytes = (bytes + alignof(std::max_align_t) - 1) / alignof(std::max_align_t) * alignof(std::max_align_t);
  if (bytes > block_bytes) return oversized_.emplace_back(std::make_unique<std::byte[]>(bytes)).get();
  if (block_ < blocks_.size() && used_ + bytes > block_bytes) {
    ++block_;
    used_ = 0;
  }
  if (block_ == blocks_.size()) blocks_.push_back(std::make_unique<std::byte[]>(block_bytes));
  void* place = blocks_[block_].get() + used_;
  used_ += bytes;
  return place;
}

void Arena::reset() {
  block_ = used_ = 0;
  oversized_.clear();
}

Trace& Trace::of_this_thread() {
  thread_local Trace trace;
  return trace;
}

namespace {

// Tapes that ended on another thread than their own, until that thread takes notice.
struct EndedElsewhere {
  struct Tape {
    std::uint64_t trace;
    bool is_automatic;
  };
  std::atomic<std::size_t> count{0};
  std::mutex mutex;
  std::vector<Tape> tapes;
};

EndedElsewhere& ended_elsewhere() {
  static EndedElsewhere all;
  return all;
}

}  // namespace

void Trace::end_elsewhere(std::uint64_t trace, bool is_automatic) {
  EndedElsewhere& ended = ended_elsewhere();
  const std::scoped_lock lock(ended.mutex);
  ended.tapes.push_back({trace, is_automatic});
  ended.count = ended.tapes.size();
}

void Trace::close_those_ended_elsewhere() {
  EndedElsewhere& ended = ended_elsewhere();
  if (live_ == 0 || asleep > 0 || ended.count.load(std::memory_order_relaxed) == 0) return;
  const std::scoped_lock lock(ended.mutex);
  std::erase_if(ended.tapes, [this](const EndedElsewhere::Tape& tape) {
    if (tape.trace != id_) return false;
    automatic -= tape.is_automatic ? 1 : 0;
    --live_;
    return true;
  });
  ended.count = ended.tapes.size();
  if (live_ == 0) clear();
}

void Trace::open() {
  close_those_ended_elsewhere();
  if (live_++ == 0) id_ = next_trace.fetch_add(1, std::memory_order_relaxed);
  last_tape_ = next_tape.fetch_add(1, std::memory_order_relaxed);
  record_of_new_tensors() = unrecorded | last_tape_;
}

void Trace::close() {
  if (--live_ == 0) clear();
}

void Trace::clear() {
  for (const Record& record : records_)
    if (record.backward) record.backward->~Backward();
  records_.clear();
  inputs_.clear();
  arena_.reset();
  watched_.clear();
  kept_.clear();
  watched_variables_.clear();
  id_ = 0;
  record_of_new_tensors() = 0;
}

std::uint64_t Trace::tag(std::uint32_t number) const { return id_ << record_bits | number; }

std::uint32_t Trace::record_of(const Tensor& tensor) const {
  const TensorBody* body = tensor.identity();
  if (!watched_.empty()) {
    const auto found = watched_.find(body);
    if (found != watched_.end()) return found->second;
  }
  if (body->record >> record_bits != id_ || id_ == 0) return 0;
  return static_cast<std::uint32_t>(body->record & ((1U << record_bits) - 1));
}

bool Trace::is_made_since(const Tensor& tensor, std::uint64_t tape) const {
  const std::uint64_t record = tensor.identity()->record;
  return (record & unrecorded) != 0 && record >= (unrecorded | tape);
}

bool Trace::is_stale(const Tensor& tensor) const {
  const std::uint64_t record = tensor.identity()->record;
  return record != 0 && (record & unrecorded) == 0 && record_of(tensor) == 0;
}

std::uint32_t Trace::first_record_of(const Tensor& tensor, std::size_t start) const {
  std::uint32_t number = record_of(tensor);
  while (number > start && records_[number - 1].is_watch && input_of(number - 1, 0) > start)
    number = input_of(number - 1, 0);
  return number;
}

std::uint32_t Trace::append(Record record) {
  if (records_.size() + 1 >= (std::size_t{1} << record_bits))
    throw StateError("GradientTape", "too many ops recorded; got 2^28; take gradients more often, or reset the tape");
  if (const Profiler* const profiler = Profiler::running()) record.owner = profiler->present().owner;
  records_.push_back(record);
  return static_cast<std::uint32_t>(records_.size());
}

void* Trace::add(std::span<const Tensor* const> inputs, Tensor& output, std::size_t bytes) {
  Record record;
  record.first_input = static_cast<std::uint32_t>(inputs_.size());
  record.inputs = static_cast<std::uint32_t>(inputs.size());
  for (const Tensor* input : inputs) inputs_.push_back(record_of(*input));
  void* place = arena_.allocate(bytes);
  output.identity()->record = tag(append(record));
  return place;
}

Tensor Trace::add_leaf(const VariableBody& variable, const Tensor& value) {
  if (reads) reads->note(variable);
  Record record;
  record.variable = variable.id;
  Tensor leaf = value.with_shape(value.shape());
  leaf.identity()->record = tag(append(record));
  return leaf;
}

namespace {
struct PassOn final : Backward {
  void run(const Gradient& d_out, InputGradients& d_inputs) const override {
    if (d_inputs.wanted(0)) d_inputs.add(0, d_out);
  }
};
}  // namespace

void Trace::watch(const Tensor& tensor) {
  kept_.push_back(tensor);
  Record record;
  record.first_input = static_cast<std::uint32_t>(inputs_.size());
  record.inputs = 1;
  record.is_watch = true;
  inputs_.push_back(record_of(tensor));  // outer tapes see through it to where the tensor came from
  record.backward = new (arena_.allocate(sizeof(PassOn))) PassOn;
  watched_[tensor.identity()] = append(record);
}

bool Trace::is_watched(const VariableBody& variable) const {
  if (!recording() || !is_floating(variable.value.dtype())) return false;
  if (variable.trainable && automatic > 0) return true;
  return std::find(watched_variables_.begin(), watched_variables_.end(), variable.id) != watched_variables_.end();
}

bool is_tracked(const Tensor& tensor) {
  const Trace& trace = Trace::of_this_thread();
  return trace.recording() && trace.record_of(tensor) != 0;
}

void end_record(Backward* backward) { Trace::of_this_thread().set_backward_of_last(backward); }

bool is_recording() { return Trace::of_this_thread().recording(); }

void* begin_record(std::span<const Tensor* const> inputs, Tensor& output, std::size_t bytes) {
  Trace& trace = Trace::of_this_thread();
  if (!trace.recording() || output.is_symbolic()) return nullptr;
  trace.close_those_ended_elsewhere();
  const bool tracked =
      std::any_of(inputs.begin(), inputs.end(), [&](const Tensor* t) { return trace.record_of(*t) != 0; });
  return tracked ? trace.add(inputs, output, bytes) : nullptr;
}

}  // namespace cornu::detail
