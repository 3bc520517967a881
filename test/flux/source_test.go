// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/fluxcd/pkg/apis/meta"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// files are the content of a repository by path.
type files map[string]string

// artifacts serves archives, as source-controller does.
type artifacts struct {
	url string

	mu      sync.Mutex
	archive map[string][]byte // by path
}

func serve(t *testing.T) *artifacts {
	t.Helper()
	a := &artifacts{archive: map[string][]byte{}}
	server := httptest.NewServer(a)
	t.Cleanup(server.Close)
	a.url = server.URL
	return a
}

func (a *artifacts) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	archive, found := a.archive[r.URL.Path]
	a.mu.Unlock()
	if !found {
		http.NotFound(w, r)
		return
	}
	_, _ = w.Write(archive)
}

func (a *artifacts) add(path string, archive []byte) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.archive[path] = archive
}

// publish makes files the content of the GitRepository that the Kustomizations of the test and of the samples name. It
// stands for a commit and for source-controller, and returns the revision.
func (c *cluster) publish(content files) string {
	c.Helper()
	archive := c.pack(content)
	sum := sha256.Sum256(archive)
	path := fmt.Sprintf("/%x.tar.gz", sum)
	c.artifacts.add(path, archive)
	repository := &sourcev1.GitRepository{ObjectMeta: metav1.ObjectMeta{Name: system, Namespace: system}}
	repository.Spec.URL = "https://git.example.com/platform"
	repository.Spec.Interval.Duration = time.Hour
	if err := c.client.Create(c.Context(), repository); apierrors.IsAlreadyExists(err) {
		c.must(c.client.Get(c.Context(), client.ObjectKeyFromObject(repository), repository))
	} else {
		c.must(err)
	}
	repository.Status.ObservedGeneration = repository.Generation
	repository.Status.Artifact = &meta.Artifact{
		URL: c.artifacts.url + path, Path: path, Digest: fmt.Sprintf("sha256:%x", sum),
		Revision: fmt.Sprintf("main@sha1:%x", sum[:20]), LastUpdateTime: metav1.Now(),
	}
	repository.Status.Conditions = []metav1.Condition{readyNow(repository)}
	c.must(c.client.Status().Update(c.Context(), repository))
	return repository.Status.Artifact.Revision
}

// readyNow is what a controller of Flux that is not here would say.
func readyNow(object client.Object) metav1.Condition {
	return metav1.Condition{
		Type: meta.ReadyCondition, Status: metav1.ConditionTrue, Reason: meta.SucceededReason,
		Message: "done", ObservedGeneration: object.GetGeneration(), LastTransitionTime: metav1.Now(),
	}
}

func (c *cluster) pack(content files) []byte {
	c.Helper()
	var packed bytes.Buffer
	compressed := gzip.NewWriter(&packed)
	archive := tar.NewWriter(compressed)
	for _, name := range slices.Sorted(maps.Keys(content)) {
		c.must(archive.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(content[name]))}))
		_, err := archive.Write([]byte(content[name]))
		c.must(err)
	}
	c.must(archive.Close())
	c.must(compressed.Close())
	return packed.Bytes()
}

// checkedOut are the files of a folder of this repository, at their paths in it.
func (c *cluster) checkedOut(folder string) files {
	c.Helper()
	content := files{}
	c.must(fs.WalkDir(os.DirFS(root), folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(filepath.Join(root, path))
		content[path] = string(text)
		return err
	}))
	return content
}
