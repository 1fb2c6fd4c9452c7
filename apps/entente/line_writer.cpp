#include "apps/entente/line_writer.hpp"

namespace entente {

void line_writer::write(std::string_view bytes) {
  if (prefix_.empty()) {
    to_->write(bytes.data(), static_cast<std::streamsize>(bytes.size())).flush();
    return;
  }
  for (auto end = bytes.find('\n'); end != std::string_view::npos; end = bytes.find('\n')) {
    partial_ += bytes.substr(0, end);
    bytes.remove_prefix(end + 1);
    write_line(partial_);
    partial_.clear();
  }
  partial_ += bytes;
  if (partial_.size() >= longest_line)
    finish();
  to_->flush();
}

void line_writer::finish() {
  if (partial_.empty())
    return;
  write_line(partial_);
  partial_.clear();
  to_->flush();
}

void line_writer::write_line(std::string_view line) {
  // In one piece, so that another stream of this process on the same terminal cannot come between.
  std::string whole = prefix_;
  whole += line;
  whole += '\n';
  to_->write(whole.data(), static_cast<std::streamsize>(whole.size()));
}

}  // namespace entente
