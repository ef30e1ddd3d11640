// libarchive's reader, freed with its owner.
#pragma once

#include <archive.h>

#include <memory>

namespace hallmark {

struct ArchiveFree {
  void operator()(archive* reader) const { archive_read_free(reader); }
};
using ArchiveReader = std::unique_ptr<archive, ArchiveFree>;

}  // namespace hallmark
