#include "actors/registry/database.hpp"

#include <sqlite3.h>

namespace entente {

namespace {

/// How long a lock of somebody else is waited for: the master does nothing else meanwhile.
constexpr int busy_milliseconds = 500;

[[noreturn]] void fail(sqlite3* file) {
  throw database_error{sqlite3_errcode(file) & 0xff, sqlite3_system_errno(file),
                       sqlite3_errmsg(file)};
}

void check(sqlite3* file, int result) {
  if (result != SQLITE_OK)
    fail(file);
}

}  // namespace

// -- the file -------------------------------------------------------------------------

void database::closer::operator()(sqlite3* x) const noexcept {
  sqlite3_close_v2(x);
}

database::database(const std::filesystem::path& file, access wanted) {
  auto flags = wanted == access::write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
  sqlite3* made = nullptr;
  auto result = sqlite3_open_v2(file.c_str(), &made, flags, nullptr);
  handle_.reset(made);
  if (!made)
    throw database_error{result, 0, sqlite3_errstr(result)};
  check(made, result);
  check(made, sqlite3_busy_timeout(made, busy_milliseconds));
}

void database::run(const char* sql) {
  check(handle(), sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr));
}

std::int64_t database::number(const char* sql) {
  statement asked{*this, sql};
  return asked.next() ? asked.number(0) : 0;
}

std::string database::text(const char* sql) {
  statement asked{*this, sql};
  return asked.next() ? asked.text(0) : "";
}

// -- statements -------------------------------------------------------------------------

void statement::finalizer::operator()(sqlite3_stmt* x) const noexcept {
  sqlite3_finalize(x);
}

statement::statement(const database& file, const char* sql) : file_(file.handle()) {
  sqlite3_stmt* made = nullptr;
  check(file_, sqlite3_prepare_v2(file_, sql, -1, &made, nullptr));
  handle_.reset(made);
}

bool statement::next() {
  auto result = sqlite3_step(handle_.get());
  if (result != SQLITE_ROW && result != SQLITE_DONE)
    fail(file_);
  return result == SQLITE_ROW;
}

void statement::reset() {
  sqlite3_reset(handle_.get());  // What it returns was thrown when it happened.
}

void statement::bind(int place, std::nullptr_t) {
  check(file_, sqlite3_bind_null(handle_.get(), place));
}

void statement::bind(int place, std::int64_t value) {
  check(file_, sqlite3_bind_int64(handle_.get(), place, value));
}

void statement::bind(int place, double value) {
  check(file_, sqlite3_bind_double(handle_.get(), place, value));
}

void statement::bind(int place, std::string_view value) {
  // A view of nothing may have no pointer, which would be a null.
  check(file_, sqlite3_bind_text64(handle_.get(), place, value.data() ? value.data() : "",
                                   value.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

bool statement::is_null(int column) const {
  return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL;
}

std::int64_t statement::number(int column) const {
  return sqlite3_column_int64(handle_.get(), column);
}

double statement::real(int column) const {
  return sqlite3_column_double(handle_.get(), column);
}

std::string statement::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(handle_.get(), column));
  auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column));
  return bytes ? std::string{bytes, size} : std::string{};
}

// -- transactions -----------------------------------------------------------------------

transaction::transaction(database& file) : file_(&file) {
  file.run("BEGIN IMMEDIATE");
}

transaction::~transaction() {
  if (file_ && sqlite3_get_autocommit(file_->handle()) == 0)
    sqlite3_exec(file_->handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void transaction::commit() {
  file_->run("COMMIT");
  file_ = nullptr;
}

}  // namespace entente
