"""What `make bench` runs: each module a question, its `main()` prints the answer beside the floor it is measured against."""
