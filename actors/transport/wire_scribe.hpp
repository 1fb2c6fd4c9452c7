#pragma once

#include <caf/io/network/default_multiplexer.hpp>
#include <caf/io/network/stream_impl.hpp>
#include <caf/io/scribe.hpp>
#include <memory>

#include "actors/runtime/unique_fd.hpp"
#include "actors/transport/connection_report.hpp"
#include "actors/transport/connection_table.hpp"
#include "actors/transport/frame_rules.hpp"
#include "actors/transport/stream_policy.hpp"
#include "actors/transport/tls.hpp"

namespace entente {

/// A connection of CAF's broker of actors' messages, as CAF's own, and besides: with TLS or
/// without, entered in the table, checked frame by frame, and with room made for a message as it
/// comes, not as it is announced. A long message may take its time if it keeps coming; what waits
/// to be written is booked. Lives in the multiplexer's thread.
class wire_scribe : public caf::io::scribe {
public:
  struct parts {
    runtime::unique_fd socket;
    std::unique_ptr<tls_session> tls;  ///< or none
    connection_side side;
    std::shared_ptr<connection_table> table;
    connection_table::id id;  ///< in the table
    std::shared_ptr<connection_report> report;
  };

  wire_scribe(caf::io::network::default_multiplexer& multiplexer, parts x);
  ~wire_scribe() override;

  void configure_read(caf::io::receive_policy::config config) override;
  bool consume(caf::execution_unit* context, const void* bytes, std::size_t size) override;
  /// Nothing: this class always wants to know, and the broker never.
  void ack_writes(bool) override {}
  void data_transferred(caf::execution_unit* context, std::size_t written,
                        std::size_t remaining) override;
  caf::byte_buffer& wr_buf() override { return stream_.wr_buf(); }
  caf::byte_buffer& rd_buf() override { return frame_; }
  void flush() override;
  void graceful_shutdown() override;
  void add_to_loop() override { stream_.activate(this); }
  void remove_from_loop() override { stream_.passivate(); }
  std::string addr() const override;
  std::uint16_t port() const override;

private:
  bool await_rest(caf::execution_unit* context, time_point now);
  void read_next_piece();
  bool append(const void* bytes, std::size_t size);
  std::string check_part();
  std::string check_introduction();
  bool book_waiting();
  void show_life(time_point now);
  bool refuse(caf::execution_unit* context, std::string why);
  void forget_part();
  time_point now();

  connection_side side_;
  std::shared_ptr<connection_table> table_;
  connection_table::id id_;
  std::shared_ptr<connection_report> report_;
  std::string peer_;
  frame_rules rules_;
  caf::io::basp::header header_{};  ///< the one that came last
  caf::byte_buffer frame_;          ///< what there is of the header or the payload that comes
  std::size_t wanted_ = 0;          ///< of it
  std::size_t booked_ = 0;          ///< in the table, for it
  time_point due_{};                ///< when the payload that comes has to be complete
  std::size_t waits_ = 0;           ///< to be written: what the stream is at, and what is behind it
  std::size_t behind_ = 0;          ///< of that, what was in its other buffer when last looked at
  bool is_booked_ = false;          ///< whether the table counts what waits
  bool is_told_;                    ///< whether the operator is told why it ends
  bool is_header_ = true;
  bool is_launched_ = false;
  caf::io::network::stream_impl<stream_policy> stream_;
};

}  // namespace entente
