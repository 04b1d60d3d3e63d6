#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/base/file_name.hpp>
#include <cornu/framework/model/callback.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::callbacks {

/// Fields in the order of Keras's CSVLogger.
struct CSVLoggerOptions {
  std::string separator = ",";
  bool append = false;  ///< behind the lines that a file of the same columns has
};

/// Writes the figures of each epoch as a line of a CSV file, byte for byte as Keras does.
///
///     model.fit(x, y, {.callbacks = {callbacks::CSVLogger("log.csv")}});
///
///     epoch,loss,mae,val_loss,val_mae
///     0,0.6931471824645996,0.5,NA,NA
///
/// The columns are the epoch, counted from 0, and the figures of the first epoch in alphabetical order; if there is
/// none of a validation, "val_" and each name once more. Where an epoch has no such figure, its field is NA; a figure
/// that comes up later has no column, which is said once. Lines end with CR LF; a field with the separator, a quote or
/// a line end in it is quoted.
///
/// A file of that name keeps what it holds until the first epoch has ended, and is replaced then. From there on a line
/// is added when its epoch ends, whole or not at all, and can be read at once: whenever the process is killed, the file
/// has the lines of all epochs before. Unlike Keras, a training that BackupAndRestore continues goes on in its file:
/// lines of epochs that are trained once more are removed first. With `append` the columns are those in the file's
/// first line, which Keras does not look at, and no second one is written; a last line without an end gets one.
///
/// Throws ValueError for a separator that is not one ASCII character, or is a quote or a line end; FileError, as
/// training begins, when the file cannot be written, or with `append` is none of a CSVLogger with this separator, and
/// at the end of an epoch when its line cannot be written.
class CSVLogger final : public Callback<CSVLogger> {
 public:
  explicit CSVLogger(cornu::detail::FileName filename, CSVLoggerOptions options = {});

  void on_train_begin(const Logs& logs) override;
  void on_epoch_end(std::int64_t epoch, const Logs& logs) override;
  std::vector<Tensor> state() const override;
  void set_state(const std::vector<Tensor>& state) override;

 private:
  void take_columns(const std::string& text);
  void note_what_is_left_out(const Logs& logs);
  std::string header() const;
  std::string line(std::int64_t epoch, const Logs& logs) const;

  std::string filename_;
  CSVLoggerOptions options_;
  std::vector<std::string> columns_;  // behind the epoch
  bool has_header_ = false, lacks_line_end_ = false, is_left_out_said_ = false;
  std::uint64_t size_ = 0;  // of the file, with the last line
};

}  // namespace cornu::callbacks
CORNU_EXPORT_END
