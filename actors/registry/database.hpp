#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

/// SQLite as the registry uses it. What SQLite refuses is thrown as a database_error inside of this
/// module, and is a value at its border.
namespace entente {

/// What SQLite has refused.
struct database_error {
  int code = 0;         ///< SQLite's, not extended
  int system_code = 0;  ///< the errno behind it; 0 if there is none
  std::string message;
};

enum class access { read, write };

/// An open database file. Not thread-safe.
class database {
public:
  /// Opens a file that is there. Waits for others that have it locked, but not for long.
  database(const std::filesystem::path& file, access wanted);

  /// Runs statements without results.
  void run(const char* sql);
  /// The first column of the only row of a statement's result.
  std::int64_t number(const char* sql);
  std::string text(const char* sql);

  sqlite3* handle() const noexcept { return handle_.get(); }

private:
  struct closer {
    void operator()(sqlite3* x) const noexcept;
  };
  std::unique_ptr<sqlite3, closer> handle_;
};

/// A prepared statement. Columns are counted from 0.
class statement {
public:
  statement(const database& file, const char* sql);

  /// Runs it with these values, for statements without results.
  template <class... Values>
  void run(const Values&... values) {
    with(values...);
    while (next()) {
    }
  }

  /// Binds these values, all that it has, before the first next().
  template <class... Values>
  void with(const Values&... values) {
    reset();
    int place = 0;
    (bind(++place, values), ...);
  }

  /// Goes to the next row. @returns false if there is none
  bool next();

  bool is_null(int column) const;
  std::int64_t number(int column) const;
  double real(int column) const;
  std::string text(int column) const;

private:
  void reset();
  void bind(int place, std::nullptr_t);
  void bind(int place, std::int64_t value);
  void bind(int place, bool value) { bind(place, std::int64_t{value}); }
  void bind(int place, double value);
  void bind(int place, std::string_view value);
  template <class T>
  void bind(int place, const std::optional<T>& value) {
    if (value)
      bind(place, *value);
    else
      bind(place, nullptr);
  }

  struct finalizer {
    void operator()(sqlite3_stmt* x) const noexcept;
  };
  sqlite3* file_;
  std::unique_ptr<sqlite3_stmt, finalizer> handle_;
};

/// Everything that is done while it lives is done as a whole when commit() returns, else not at
/// all. Others may read meanwhile, but not write.
class transaction {
public:
  explicit transaction(database& file);
  transaction(const transaction&) = delete;
  transaction& operator=(const transaction&) = delete;
  ~transaction();

  void commit();

private:
  database* file_;
};

}  // namespace entente
